"""google-research/bert's create_pretraining_data.py under TensorFlow 2: its compat.v1 has the names that the script uses.

usage: python google_pretraining_data.py CLONE [flags of the script]     CLONE is a clone of google-research/bert
needs: tensorflow
"""

import runpy
import sys
import time
from pathlib import Path

import tensorflow.compat.v1 as tf

clone = Path(sys.argv[1])
sys.path.insert(0, str(clone))
sys.modules["tensorflow"] = tf
sys.argv = [str(clone / "create_pretraining_data.py"), *sys.argv[2:]]
start = time.perf_counter()
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(f"seconds {time.perf_counter() - start}", flush=True)
