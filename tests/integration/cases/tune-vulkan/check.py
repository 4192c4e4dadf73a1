"""usage: check.py - the report in report.json, the profile, and what `vyre devices` makes of it in devices.json agree."""
import json

report = json.load(open("report.json"))
profile = json.load(open("config/vyre/profile.json"))
listing = json.load(open("devices.json"))
assert report["schema"] == "vyre.bench/1" and profile["schema"] == "vyre.profile/1"
results = {result["name"]: result for result in report["results"]}
assert {"tune/best", "tune/best rate"} < set(results), results.keys()
(uuid, entry), = profile["devices"].items()
device, = [device for device in listing["devices"] if device["uuid"] == uuid]
assert (entry["name"], entry["driver"]) == (device["name"], device["driver"]), entry
best = results["tune/best"]["parameters"]
assert (entry["lanes"], entry["workgroups"]) == (best["lanes"], best["workgroups"]), (entry, best)
assert entry["default_p50_us"] > 0 and entry["default_slots_per_s"] > 0 and entry["rounds"] == 2, entry
rings = [result["parameters"]["slots"] for name, result in results.items() if name.startswith("tune/slots=")]
assert entry["slots"] in rings and device["defaults"]["slots"]["value"] in rings, (entry, rings)
used = device["profile"]
assert used["used"] and used["why_not"] is None, used
assert all(used[key] == entry[key] for key in ("lanes", "workgroups", "slots", "p50_us", "date", "version")), used
assert len(report["conclusions"]) == 3 and report["conclusions"][2].startswith("written to "), report["conclusions"]
for name, choice in device["defaults"].items():
    assert choice["why"], name
print(f"{len(results)} results")
