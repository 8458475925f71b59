"""GLIDE's text-to-image model in PyTorch, written from the papers' mathematics; parameter names as published.

Nichol et al. 2021 (GLIDE), Dhariwal & Nichol 2021 (the UNet), Vaswani et al. 2017 (attention, sinusoids).
Options are those of the model's JSON file, resolved: see bench/peer-options.ts.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

GROUPS = 32


class GroupNorm(nn.GroupNorm):
    def __init__(self, channels):
        super().__init__(GROUPS, channels, eps=1e-5)


def attend(query, key, value):
    """softmax(qᵀk / √d) applied to v, for [batch · heads, d, positions]."""
    weights = torch.bmm(query.transpose(1, 2) * (query.shape[1] ** -0.5), key).softmax(-1)
    return torch.bmm(value, weights.transpose(1, 2))


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.c_qkv = nn.Linear(width, 3 * width)
        self.c_proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        projected = self.c_qkv(x).view(batch, tokens, self.heads, -1).transpose(1, 2)
        query, key, value = projected.chunk(3, dim=-1)
        weights = (query @ key.transpose(2, 3) * (query.shape[-1] ** -0.5)).softmax(-1)
        return self.c_proj((weights @ value).transpose(1, 2).reshape(batch, tokens, width))


class Perceptron(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.c_fc = nn.Linear(width, 4 * width)
        self.c_proj = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x)))


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = SelfAttention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = Perceptron(width)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, width, layers, heads):
        super().__init__()
        self.resblocks = nn.Sequential(*[TransformerBlock(width, heads) for _ in range(layers)])

    def forward(self, x):
        return self.resblocks(x)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, conditioning, resampling="keep"):
        super().__init__()
        self.resampling = resampling
        self.in_layers = nn.Sequential(GroupNorm(inputs), nn.SiLU(), nn.Conv2d(inputs, outputs, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.Identity(), nn.Linear(conditioning, 2 * outputs))
        self.out_layers = nn.Sequential(
            GroupNorm(outputs), nn.SiLU(), nn.Identity(), nn.Conv2d(outputs, outputs, 3, padding=1)
        )
        self.skip_connection = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def resample(self, x):
        if self.resampling == "enlarge":
            return F.interpolate(x, scale_factor=2, mode="nearest")
        return F.avg_pool2d(x, 2) if self.resampling == "shrink" else x

    def forward(self, x, conditioning, _text):
        norm, silu, first = self.in_layers
        h = first(self.resample(silu(norm(x))))
        scale, shift = self.emb_layers(conditioning)[:, :, None, None].chunk(2, dim=1)
        norm, silu, _, second = self.out_layers
        h = second(silu(norm(h) * (1 + scale) + shift))
        return self.skip_connection(self.resample(x)) + h


class AttentionBlock(nn.Module):
    def __init__(self, channels, head_channels, text_width):
        super().__init__()
        self.heads = channels // head_channels
        self.norm = GroupNorm(channels)
        self.qkv = nn.Conv1d(channels, 3 * channels, 1)
        self.encoder_kv = nn.Conv1d(text_width, 2 * channels, 1)
        self.proj_out = nn.Conv1d(channels, channels, 1)

    def forward(self, x, _conditioning, text):
        batch, channels, height, width = x.shape
        flat = x.view(batch, channels, -1)
        perhead = batch * self.heads
        query, key, value = self.qkv(self.norm(flat)).view(perhead, -1, height * width).chunk(3, dim=1)
        text_key, text_value = self.encoder_kv(text).view(perhead, -1, text.shape[2]).chunk(2, dim=1)
        heard = attend(query, torch.cat([text_key, key], 2), torch.cat([text_value, value], 2))
        return (flat + self.proj_out(heard.reshape(batch, channels, -1))).view(x.shape)


class InputConvolution(nn.Conv2d):
    def forward(self, x, _conditioning, _text):
        return super().forward(x)


class Glide(nn.Module):
    def __init__(self, options):
        super().__init__()
        base, text_width = options["baseChannels"], options["textWidth"]
        conditioning = 4 * base
        self.token_embedding = nn.Embedding(options["vocabularySize"], text_width)
        self.positional_embedding = nn.Parameter(torch.zeros(options["textTokens"], text_width))
        self.padding_embedding = nn.Parameter(torch.zeros(options["textTokens"], text_width))
        self.transformer = Transformer(text_width, options["textLayers"], options["textHeads"])
        self.final_ln = nn.LayerNorm(text_width)
        self.transformer_proj = nn.Linear(text_width, conditioning)
        self.time_embed = nn.Sequential(nn.Linear(base, conditioning), nn.SiLU(), nn.Linear(conditioning, conditioning))

        def block(inputs, outputs, attends, *following):
            layers = [ResidualBlock(inputs, outputs, conditioning)]
            if attends:
                layers.append(AttentionBlock(outputs, options["headChannels"], text_width))
            return nn.ModuleList([*layers, *following])

        levels = list(zip(options["channelMultipliers"], options["attends"]))
        width = base * levels[0][0]
        self.input_blocks = nn.ModuleList([nn.ModuleList([InputConvolution(options["inputChannels"], width, 3, padding=1)])])
        kept = [width]
        for level, (multiplier, attends) in enumerate(levels):
            for _ in range(options["residualBlocks"]):
                self.input_blocks.append(block(width, base * multiplier, attends))
                width = base * multiplier
                kept.append(width)
            if level < len(levels) - 1:
                self.input_blocks.append(nn.ModuleList([ResidualBlock(width, width, conditioning, "shrink")]))
                kept.append(width)
        self.middle_block = block(width, width, True, ResidualBlock(width, width, conditioning))
        self.output_blocks = nn.ModuleList()
        for level, (multiplier, attends) in reversed(list(enumerate(levels))):
            for index in range(options["residualBlocks"] + 1):
                last = level > 0 and index == options["residualBlocks"]
                outputs = base * multiplier
                following = [ResidualBlock(outputs, outputs, conditioning, "enlarge")] if last else []
                self.output_blocks.append(block(width + kept.pop(), outputs, attends, *following))
                width = outputs
        self.out = nn.Sequential(GroupNorm(width), nn.SiLU(), nn.Conv2d(width, 6, 3, padding=1))

    def encode_text(self, tokens, mask):
        """The pooled caption [B, 4 · base], and its states [B, width, tokens]."""
        x = self.token_embedding(tokens) + self.positional_embedding
        x = torch.where(mask[:, :, None], x, self.padding_embedding[None])
        x = self.final_ln(self.transformer(x))
        return self.transformer_proj(x[:, -1]), x.transpose(1, 2)

    def forward(self, images, timestep_embedding, pooled, states):
        conditioning = F.silu(self.time_embed(timestep_embedding) + pooled)
        h, kept = images, []
        for layers in self.input_blocks:
            for layer in layers:
                h = layer(h, conditioning, states)
            kept.append(h)
        for layer in self.middle_block:
            h = layer(h, conditioning, states)
        for layers in self.output_blocks:
            h = torch.cat([h, kept.pop()], 1)
            for layer in layers:
                h = layer(h, conditioning, states)
        return self.out(h)


def sinusoids(timesteps, channels):
    half = channels // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
    angles = timesteps.float()[:, None] * frequencies
    return torch.cat([angles.cos(), angles.sin()], 1)
