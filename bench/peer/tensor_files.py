"""The safetensors format: an 8-byte length, a JSON header, then the tensors' bytes."""

import json
import struct

import numpy
import torch

DTYPES = {"F32": numpy.float32, "I64": numpy.int64, "U8": numpy.uint8, "BOOL": numpy.bool_}


def read_tensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        tensors = {}
        for name, entry in header.items():
            start, end = entry["data_offsets"]
            file.seek(8 + length + start)
            values = numpy.frombuffer(bytearray(file.read(end - start)), DTYPES[entry["dtype"]])
            tensors[name] = torch.from_numpy(values.reshape(entry["shape"]))
    return tensors
