"""A plain PyTorch loop, as anybody would write it: the yardstick of the worker. `bare_loop.py THREADS BATCH`.

Trains until stdin ends. A line on stdin is answered with the times at which the steps since the last line ended.
"""

import json
import os
import sys
import threading
import time
from importlib.resources import files

import numpy as np
import torch
from rigdyno.core.records.plan import Plan
from rigdyno.core.worker.networks.small_cnn import small_cnn
from torch import nn

threads, batch = int(sys.argv[1]), int(sys.argv[2])
ends = []


def answer():
    for _ in sys.stdin:
        print(json.dumps({"ends": ends}), flush=True)
        ends.clear()
    os._exit(0)


threading.Thread(target=answer, daemon=True).start()

torch.set_num_threads(threads)
torch.manual_seed(0)
archive = np.load(files("rigdyno.resources") / "data" / "fashion_mnist.npz")
images = torch.from_numpy(archive["train"]).unsqueeze(1).float().div(255).sub(0.2860).div(0.3530)
labels = torch.from_numpy(archive["train_labels"].astype(np.int64))
model = small_cnn(Plan(batch=batch)).train()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
criterion = nn.CrossEntropyLoss()

while True:
    order = torch.randperm(len(images))
    for i in range(0, len(images) - batch + 1, batch):
        chosen = order[i : i + batch]
        optimizer.zero_grad(set_to_none=True)
        loss = criterion(model(images[chosen]), labels[chosen])
        loss.backward()
        optimizer.step()
        ends.append(time.perf_counter())
