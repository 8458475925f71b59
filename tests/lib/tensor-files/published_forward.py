"""Loads weights into OpenAI's published GLIDE and runs it once: python3 published_forward.py FOLDER

FOLDER holds options.json (the arguments of create_model_and_diffusion), weights.pt and inputs.pt; output.pt is written.
"""

import json
import pathlib
import sys

import torch
from glide_text2im.model_creation import create_model_and_diffusion

folder = pathlib.Path(sys.argv[1])
model, _ = create_model_and_diffusion(**json.loads((folder / "options.json").read_text()))
model.load_state_dict(torch.load(folder / "weights.pt"))
model.eval()
inputs = torch.load(folder / "inputs.pt")
x, timesteps = inputs.pop("x"), inputs.pop("timesteps")
inputs["mask"] = inputs["mask"].bool()
with torch.no_grad():
    torch.save({"output": model(x, timesteps, **inputs)}, folder / "output.pt")
