"""usage: set.py KEY VALUE - of every entry of the profile."""
import json
import sys

PATH = "config/vyre/profile.json"
profile = json.load(open(PATH))
for entry in profile["devices"].values():
    entry[sys.argv[1]] = json.loads(sys.argv[2])
json.dump(profile, open(PATH, "w"))
