"""Runs a PyTorch model on request: one JSON object per line in, one out. Started by bench/pytorch-peer.ts."""

import json
import os
import sys
import time

import numpy
import torch
import torch.nn.functional as F

from glide_model import Glide, sinusoids
from tensor_files import read_tensors


class GlidePeer:
    def __init__(self, options, weights, inputs):
        # Without CUDA, as in a rehearsal, what a card is compared with runs on the processor.
        device = options["device"] if torch.cuda.is_available() else "cpu"
        self.device = device
        self.model = Glide(options)
        self.model.load_state_dict(read_tensors(weights))
        self.model.to(device)
        tensors = read_tensors(inputs)
        tensors["sinusoids"] = sinusoids(tensors["timesteps"], options["baseChannels"])
        self.inputs = {name: tensor.to(device) for name, tensor in tensors.items()}

    def describe(self):
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        return {
            "library": "PyTorch",
            "version": torch.__version__,
            "parameters": parameters,
            "device": self.device,
        }

    def predict(self, pooled, states):
        images = self.inputs["images"]
        if "low_res_images" in self.inputs:
            enlarged = F.interpolate(self.inputs["low_res_images"], images.shape[2:], mode="bilinear")
            images = torch.cat([images, enlarged], 1)
        return self.model(images, self.inputs["sinusoids"], pooled, states)


class Forward(GlidePeer):
    """The UNet for an encoded caption, as in every step of sampling."""

    def __init__(self, options, weights, inputs):
        super().__init__(options, weights, inputs)
        with torch.inference_mode():
            self.text = self.model.encode_text(self.inputs["tokens"], self.inputs["mask"])
            self.text = tuple(tensor.contiguous() for tensor in self.text)

    def run(self):
        with torch.inference_mode():
            return self.predict(*self.text)


class TrainingStep(GlidePeer):
    """Forward, backward and AdamW of the whole model; the loss is the squared error of the predicted noise."""

    def __init__(self, options, weights, inputs):
        super().__init__(options, weights, inputs)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), lr=options["learningRate"], weight_decay=0.0)

    def run(self):
        self.optimiser.zero_grad(set_to_none=True)
        prediction = self.predict(*self.model.encode_text(self.inputs["tokens"], self.inputs["mask"]))
        loss = F.mse_loss(prediction[:, :3], self.inputs["noise"])
        loss.backward()
        self.optimiser.step()
        return loss.detach().view(1)


def kind_of(work):
    """What needs scipy or torchvision is imported for its own work alone: a machine with a card may have neither."""
    if work == "inception":
        from inception_model import Inception

        return Inception
    if work == "frechet":
        from frechet_sqrtm import FrechetBySqrtm

        return FrechetBySqrtm
    return {"forward": Forward, "training step": TrainingStep}[work]


def main():
    # Replies have the standard output to themselves.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def reply(**values):
        print(json.dumps(values), file=replies, flush=True)

    # Like ours, every product in float32.
    torch.backends.cudnn.allow_tf32 = False
    peer = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "prepare":
            torch.set_num_threads(request["threads"])
            kind = kind_of(request["work"])
            peer = kind(request["options"], request["weights"], request["inputs"])
            reply(threads=torch.get_num_threads(), **peer.describe())
        elif request["do"] == "run":
            start = time.perf_counter()
            output = peer.run()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            milliseconds = (time.perf_counter() - start) * 1000
            if "output" in request:
                output.contiguous().cpu().numpy().astype(numpy.float32).tofile(request["output"])
            reply(milliseconds=milliseconds)


main()
