"""usage: check_report.py FILE SUBJECT NAME... - a report's structure."""
import json
import sys

path, subject, *names = sys.argv[1:]
document = json.load(open(path))
assert document["schema"] == "vyre.bench/1", document["schema"]
assert document["subject"] == subject
for key in ("version", "command", "date", "cpu", "os"):
    assert isinstance(document[key], str) and document[key], (key, document[key])
assert document["rounds"] >= 2 and document["cpus"] >= 1
# A note would say that the resident kernel stayed awake beside the alternatives.
assert subject == "stream" or document["notes"] == [], document["notes"]


def is_spread(spread):
    return 0 < spread["min"] <= spread["median"] <= spread["max"]


assert sorted(result["name"] for result in document["results"]) == [f"{subject}/{name}" for name in names], document
for result in document["results"]:
    assert result["unit"] and result["better"] in ("lower", "higher"), result
    for side in (result["ours"], result["alternative"]):
        assert side["name"] and is_spread(side), side
        if subject == "latency":
            assert is_spread(side["p50"]) and is_spread(side["p99"]) and side["p99"]["max"] >= side["p50"]["min"], side
            assert sum(entry["count"] for entry in side["histogram"]) > 0, side
            assert all(entry["from"] < entry["to"] for entry in side["histogram"]), side
    assert is_spread(result["ratio"]), result
print(f"{subject}: {len(names)} results, device {'named' if document['device'] else 'none'}")
