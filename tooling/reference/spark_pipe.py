"""`bertkit data` as a filter in Spark's pipe, and parts of one run as Spark tasks, on a local cluster of two worker processes;
both are compared with one process on the same text.

usage: python spark_pipe.py CORPUS VOCABULARY COMMAND...      CORPUS has one sentence per line and blank lines between documents;
                                                            COMMAND runs bertkit, such as: npx bertkit
needs: pyspark, Java 17
"""

import hashlib
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from pyspark import SparkConf, SparkContext

corpus, vocabulary, command = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]
partitions = 4
data = [*command, "data", "--tokenizer", str(vocabulary), "--dupe-factor", "1"]
documents = [document.strip("\n") for document in corpus.read_text().split("\n\n") if document.strip()]
context = SparkContext(conf=SparkConf().setMaster("local-cluster[2,1,1024]").setAppName("bertkit data"))

# 1. The filter: one process for each partition, whose documents are JSON objects.
rdd = context.parallelize([json.dumps({"text": document.split("\n")}) for document in documents], partitions)
filter_command = [*data, "--format", "jsonl"]
lines = rdd.pipe(shlex.join(filter_command)).collect()
alone = []
for part in rdd.glom().collect():
    text = "".join(f"{document}\n" for document in part)
    alone += subprocess.run(filter_command, input=text, capture_output=True, text=True, check=True).stdout.splitlines()
print(
    "filter:",
    json.dumps(
        {
            "documents": len(documents),
            "partitions": partitions,
            "instances": len(lines),
            "equal": lines == alone,
            "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        }
    ),
)

# 2. Parts of one run: each task makes one, and together they have the records of the whole.
with tempfile.TemporaryDirectory() as folder:
    shares = f"{folder}/shares"
    share = shlex.join([*data, "--group-megabytes", "0.25", str(corpus), "--json"])
    script = Path(folder) / "share.sh"
    script.write_text(f'#!/bin/sh\nwhile read -r share; do {share} --out {shares} --shard "$share"; done\n')
    script.chmod(0o755)
    tasks = context.parallelize([f"{i}/{partitions}" for i in range(partitions)], partitions)
    made = [json.loads(line) for line in tasks.pipe(str(script)).collect()]
    subprocess.run([*command, "data", "--merge", "--out", shares], check=True, capture_output=True)
    whole = shlex.split(share) + ["--out", f"{folder}/whole"]
    one = json.loads(subprocess.run(whole, check=True, capture_output=True, text=True).stdout)
    records = b"".join(
        (Path(shares) / entry["raw_data"]["basename"]).read_bytes()
        for entry in json.loads((Path(shares) / "index.json").read_text())["shards"]
    )
    print(
        "shares:",
        json.dumps(
            {
                "instances": [share["instances"] for share in made],
                "one machine": one["instances"],
                "sha256": hashlib.sha256(records).hexdigest(),
                "sha256 of one machine": one["sha256"],
            }
        ),
    )
context.stop()
