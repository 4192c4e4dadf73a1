#!/usr/bin/env python3
"""usage: trace.py --vyre PROGRAM BACKEND SLOTS WORKLOAD [OPTION...]

Writes timelines of a run and of its replay, in both formats, and holds each against its format and against time:
spans of a track nest or lie apart, arrows have one beginning and one end, and each of the SLOTS slots was claimed
after it was published and done after it was claimed. OPTIONs go to the run. Skips (77) without a device unless
VYRE_REQUIRE_DEVICE is 1."""
import collections
import decimal
import json
import os
import pathlib
import struct
import sys
import tempfile

from calling import call

SKIP = 77
NO_DEVICE = 4

# A trace, whichever way it was written: times in nanoseconds.
Span = collections.namedtuple("Span", "track name begin end")
Trace = collections.namedtuple("Trace", "spans sources targets about")  # sources, targets: flow -> (track, time)


def nanoseconds(microseconds: decimal.Decimal) -> int:
    return int(microseconds * 1000)


def read_chrome(path: pathlib.Path) -> Trace:
    document = json.loads(path.read_text(), parse_float=decimal.Decimal)
    trace = Trace([], {}, {}, document["otherData"])
    named = set()
    for event in document["traceEvents"]:
        track = event["pid"], event["tid"]
        if event["ph"] == "M":
            named.add(track)
            continue
        assert track in named, f"nothing names the track of {event}"
        time = nanoseconds(event["ts"])
        if event["ph"] == "X":
            trace.spans.append(Span(track, event["name"], time, time + nanoseconds(event["dur"])))
        elif event["ph"] in "sf":
            flows = trace.sources if event["ph"] == "s" else trace.targets
            assert event["id"] not in flows, f"flow {event['id']} twice"
            flows[event["id"]] = track, time
        else:
            assert event["ph"] == "i", event
    return trace


def fields(message: bytes):
    """Field numbers and values of a protobuf message: numbers, or bytes."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
        elif kind == 1:
            yield key >> 3, struct.unpack_from("<Q", message, at)[0]
            at += 8
        else:
            assert kind == 2, f"wire type {kind}"
            size = varint()
            assert at + size <= len(message), "a field leaves its message"
            yield key >> 3, message[at:at + size]
            at += size


def read_perfetto(path: pathlib.Path) -> Trace:
    trace = Trace([], {}, {}, {})
    names, annotation_names, tracks, events = {}, {}, {0}, []
    for number, packet in fields(path.read_bytes()):
        assert number == 1, f"field {number} of a trace"
        time, event = None, None
        for field, value in fields(packet):
            if field == 8:
                time = value
            elif field == 11:
                event = list(fields(value))
            elif field == 12:
                for kind, entry in fields(value):
                    pair = dict(fields(entry))
                    if kind in (2, 3):
                        (names if kind == 2 else annotation_names)[pair[1]] = pair[2].decode()
            elif field == 60:
                tracks.add(dict(fields(value))[1])
        if event is not None:
            events.append((time, event))

    # A reader sorts by time and keeps the order of the file where times are the same.
    events.sort(key=lambda event: event[0])
    open_spans = collections.defaultdict(list)
    for time, event in events:
        one = dict(event)
        track = one[11]
        assert track in tracks, f"nothing describes track {track}"
        if one[9] == 1:
            open_spans[track].append((names[one[10]], time))
        elif one[9] == 2:
            name, begin = open_spans[track].pop()
            trace.spans.append(Span(track, name, begin, time))
        for field, value in event:
            if field in (47, 48):
                flows = trace.sources if field == 47 else trace.targets
                assert value not in flows, f"flow {value} twice"
                flows[value] = track, time
        if one[9] == 3 and names[one[10]] == "about this trace":
            for field, value in event:
                if field == 4:
                    annotation = dict(fields(value))
                    trace.about[annotation_names[annotation[1]]] = annotation.get(3, annotation.get(6))
    assert not any(open_spans.values()), "a span without an end"
    return trace


def check_tracks(spans) -> None:
    by_track = collections.defaultdict(list)
    for span in spans:
        assert span.begin <= span.end, span
        by_track[span.track].append(span)
    for of_track in by_track.values():
        of_track.sort(key=lambda span: (span.begin, -span.end))
        around = []
        for span in of_track:
            while around and around[-1].end <= span.begin:
                around.pop()
            assert not around or span.end <= around[-1].end, f"{span} leaves {around[-1]}"
            around.append(span)


def check(trace: Trace, slots: int) -> None:
    check_tracks(trace.spans)
    assert trace.about["slots"] == slots, trace.about
    assert trace.about["times_moved_beyond_error"] == 0, trace.about
    assert trace.about["unfinished"] == 0, trace.about
    assert len(trace.sources) == slots and trace.sources.keys() == trace.targets.keys(), \
        f"{len(trace.sources)} arrows begin, {len(trace.targets)} end, {slots} slots"
    begins = collections.defaultdict(set)
    for span in trace.spans:
        begins[span.track].add(span.begin)
    for flow, (track, published) in trace.sources.items():
        slot_track, claimed = trace.targets[flow]
        assert published in begins[track], f"flow {flow} begins at no publication"
        assert claimed in begins[slot_track], f"flow {flow} ends at no slot"
        assert published <= claimed, f"flow {flow}: claimed {published - claimed} ns before it was published"


def main() -> int:
    program, backend, slots, workload, *options = sys.argv[sys.argv.index("--vyre") + 1:]
    with tempfile.TemporaryDirectory(prefix="vyre-trace-") as folder:
        log = str(pathlib.Path(folder) / "run.vrrl")
        run = [program, "run", "--quiet", "--backend", backend, *options, workload]
        replay = [program, "replay", "--quiet", "--backend", backend, log]
        for name, read in (("chrome.json", read_chrome), ("perfetto.pftrace", read_perfetto)):
            for command in ([*run, f"--record={log}"], replay):
                path = pathlib.Path(folder) / name
                code = call(*command, "--trace", str(path))
                if code == NO_DEVICE and os.environ.get("VYRE_REQUIRE_DEVICE") != "1":
                    return SKIP
                if code != 0:
                    return 1
                check(read(path), int(slots))
                path.unlink()
        assert [entry.name for entry in pathlib.Path(folder).iterdir()] == ["run.vrrl"], "something was left behind"
    return 0


if __name__ == "__main__":
    sys.exit(main())
