"""usage: doctor.py FILE FACTOR - the report as if everything of ours had been so many times better."""
import json
import sys

document = json.load(open(sys.argv[1]))
factor = float(sys.argv[2])
for result in document["results"]:
    result["ours"]["median"] *= 1 / factor if result["better"] == "lower" else factor
    result["ratio"]["median"] *= factor
print(json.dumps(document))
