"""PyTorch's times for convolutions on a CUDA card, in full float32: reads JSON lines of shapes, answers with times.

A line is {"images", "channels", "outputs", "side", "kernel"}; the answer
{"forward", "by the input", "by the filter"}: milliseconds, the least of three passes of about 20 ms.
"""
import json
import sys

import torch

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.backends.cudnn.benchmark = True


def pass_milliseconds(work, repetitions):
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begin.record()
    for _ in range(repetitions):
        work()
    end.record()
    torch.cuda.synchronize()
    return begin.elapsed_time(end) / repetitions


def least_milliseconds(work):
    for _ in range(3):
        work()
    once = pass_milliseconds(work, 2)
    repetitions = max(1, min(500, round(20 / max(once, 1e-3))))
    return min(pass_milliseconds(work, repetitions) for _ in range(3))


def times(images, channels, outputs, side, kernel):
    x = torch.randn(images, channels, side, side, device="cuda")
    weight = torch.randn(outputs, channels, kernel, kernel, device="cuda")
    dy = torch.randn(images, outputs, side, side, device="cuda")
    margin = (kernel - 1) // 2

    def backward(mask):
        return torch.ops.aten.convolution_backward(
            dy, x, weight, None, [1, 1], [margin, margin], [1, 1], False, [0, 0], 1, mask
        )

    return {
        "forward": least_milliseconds(lambda: torch.nn.functional.conv2d(x, weight, padding=margin)),
        "by the input": least_milliseconds(lambda: backward([True, False, False])),
        "by the filter": least_milliseconds(lambda: backward([False, True, False])),
    }


with torch.no_grad():
    for line in sys.stdin:
        print(json.dumps(times(**json.loads(line))), flush=True)
