"""Networks: a picture in, boxes, classes and scores out, and never anything else.

Nobody is told that they run: onnxruntime would number the machine and report to its makers, unless
this stands in the environment before it is loaded.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
