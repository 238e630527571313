"""Compares a file of results (.npz or .h5) with what the simulation said: verifyRecording.py FILE EXPECTED.json"""

import json
import sys

import numpy as np

path, expectation = sys.argv[1:]
expected = json.load(open(expectation))

if path.endswith(".npz"):
    file = np.load(path)
    meta = json.loads(str(file["meta"]))
    cells, times = file["cells.spikes.cell"], file["cells.spikes.time_ms"]
    trace, trace_times = file["cells.v"], file["cells.v.time_ms"]
    counts = file["cells.spike_counts"]
else:
    import h5py

    file = h5py.File(path, "r")
    meta = json.loads(file["meta"][()])
    spikes = file["spikes/cells"]
    cells, times = spikes["node_ids"][:], spikes["timestamps"][:]
    trace, trace_times = file["report/cells.v/data"], file["report/cells.v/timestamps"][:]
    counts = file["counts/cells.spike_counts/data"][:]
    start, stop, step = file["report/cells.v/mapping/time"][:]
    assert len(trace) == round((stop - start) / step), "mapping/time"
    assert file["report/cells.v/mapping/node_ids"][:].tolist() == list(range(100))

steps = round(expected["time"] / expected["dt"])
assert meta["end"] == "done" and meta["time_ms"] == expected["time"], meta
assert counts.tolist() == expected["counts"], "spike counts"
assert np.bincount(cells.astype(np.int64), minlength=len(counts)).tolist() == expected["counts"], "spikes by cell"
assert (np.diff(times) >= 0).all(), "order of spikes"
assert trace.shape == (steps, 100) and trace.dtype == np.float32, trace.shape
assert np.array_equal(trace_times, np.arange(1, steps + 1) * expected["dt"]), "times of samples"
first = expected["first"]
n = len(first["cells"])
assert cells[:n].tolist() == first["cells"] and times[:n].tolist() == first["times"], "first spikes"
assert times[n] > first["traceTimes"][-1]
rows = len(first["traceTimes"])
assert trace[:rows].ravel().tolist() == first["trace"], "first samples"
assert trace[-1].tolist() == expected["last"], "last samples"
