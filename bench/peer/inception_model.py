"""pytorch-fid's Inception network: torchvision's with the pools of the 2015 export, in inference mode."""

import types

import torch
import torchvision.models.inception as inception

from tensor_files import read_tensors


class FidPools(types.SimpleNamespace):
    """Stands in for torch.nn.functional in torchvision's blocks, which take their pools from there."""

    last_block = False

    def avg_pool2d(self, x, kernel_size, stride, padding):
        if self.last_block:
            return torch.nn.functional.max_pool2d(x, kernel_size, stride, padding)
        return torch.nn.functional.avg_pool2d(x, kernel_size, stride, padding, count_include_pad=False)


class Inception:
    def __init__(self, options, weights, inputs):
        pools = FidPools(relu=torch.nn.functional.relu, max_pool2d=torch.nn.functional.max_pool2d)
        inception.F = pools
        network = inception.inception_v3(weights=None, aux_logits=False, init_weights=False, transform_input=False)
        network.fc = torch.nn.Identity()
        network.Mixed_7c.register_forward_pre_hook(lambda *_: setattr(pools, "last_block", True))
        network.Mixed_7c.register_forward_hook(lambda *_: setattr(pools, "last_block", False))
        missing, unexpected = network.load_state_dict(read_tensors(weights), strict=False)
        assert not unexpected and all("num_batches_tracked" in name for name in missing), (missing, unexpected)
        self.network = network.eval()
        self.pictures = read_tensors(inputs)["pictures"]

    def describe(self):
        parameters = sum(parameter.numel() for parameter in self.network.parameters())
        return {"library": "PyTorch", "version": torch.__version__, "parameters": parameters}

    def run(self):
        with torch.inference_mode():
            return self.network(self.pictures)
