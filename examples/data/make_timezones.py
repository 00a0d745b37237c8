#!/usr/bin/env python3
"""Makes the demo data: the history of the world's clocks, from the tz database.

Input is a tzdata.zi with zone.tab beside it: the Python package tzdata has both in its folder zoneinfo, and most Unix
systems have them in /usr/share/zoneinfo. They are in the public domain. The same input gives the same lines.

    make_timezones.py --zoneinfo DIR --out FILE    writes the lines, gzipped
    make_timezones.py --zoneinfo DIR --check       compares every line with the compiled zones in DIR

A line is an era of a zone: a time in which one place kept one kind of clock and changed it for the summer every year,
or never. Lines are in the order in which the eras began, all over the world, so that writing them one after the other
replays that history: a zone's first line makes the item, each later one is its next version.
"""

import argparse
import bisect
import calendar
import datetime
import gzip
import json
import pathlib
import re

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def index(names, abbreviation):
    """Which of the names is abbreviated; in a tzdata.zi they are as short as they can be."""
    found = [i for i, name in enumerate(names) if name.lower().startswith(abbreviation.lower())]
    if len(found) != 1:
        raise ValueError(f"ambiguous abbreviation: text={abbreviation}")
    return found[0]


def seconds(text):
    """A time or an offset such as 2, -0:36:45 or 1:30, in seconds."""
    if text == "-":
        return 0
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1)))


def day(year, month, text):
    """The date of a day such as 26, lastSu or Su>=1."""
    if text.isdigit():
        return datetime.date(year, month, int(text))
    if text.startswith("last"):
        weekday, start, step = text[4:], calendar.monthrange(year, month)[1], -1
    else:
        weekday, start = re.split("[<>]=", text)
        step = 1 if ">=" in text else -1
    date = datetime.date(year, month, int(start))
    while date.weekday() != index(WEEKDAYS, weekday):
        date += datetime.timedelta(days=step)
    return date


def until(fields):
    """The date on which an era ends, or None."""
    if not fields:
        return None
    month = index(MONTHS, fields[1]) + 1 if len(fields) > 1 else 1
    return day(int(fields[0]), month, fields[2] if len(fields) > 2 else "1")


def offset_text(offset):
    sign, rest = "-" if offset < 0 else "+", abs(offset)
    text = f"{sign}{rest // 3600:02d}:{rest // 60 % 60:02d}"
    return text + (f":{rest % 60:02d}" if rest % 60 else "")


def numeric(offset):
    """What the format %z stands for, such as +0530."""
    return offset_text(offset).replace(":", "").removesuffix("00")


def item_id(zone):
    """Item ids have neither / nor +."""
    return zone.replace("/", ":").replace("+", "plus")


def place(zone, countries):
    return {"id": item_id(zone), "zone": zone, "continent": zone.split("/")[0] if "/" in zone else None,
            "country": countries.get(zone)}


class Rules:
    """A rule set: on which days clocks are put forward and back again."""

    def __init__(self, rows, year_max):
        changes = []
        self.savings = {0}
        for first, last, _, month, on, _, save, _ in rows:
            to = year_max if last == "ma" else int(first) if last == "o" else int(last)
            for year in range(int(first), min(to, year_max) + 1):
                changes.append((day(year, index(MONTHS, month) + 1, on), seconds(save)))
            self.savings.add(seconds(save))
        # A year keeps summer time if it changes to it, or begins in it and not only for some hours of its first day.
        self.years, saving = set(), 0
        changes.sort()
        for year in range(changes[0][0].year, year_max + 1):
            in_year = [change for change in changes if change[0].year == year]
            if in_year and in_year[0][0] == datetime.date(year, 1, 1):
                saving = in_year[0][1]
            if saving or any(save for _, save in in_year):
                self.years.add(year)
            saving = in_year[-1][1] if in_year else saving

    def split(self, since, until, year_max):
        """The parts of an era, each with summer time every year or never: (since, until, daylight saving)."""
        first = since.year if since else 0
        last = min(year_max, (until - datetime.timedelta(days=1)).year if until else year_max)
        turns = [year for year in range(max(first, 1800) + 1, last + 1)
                 if (year in self.years) != (year - 1 in self.years)]
        edges = [since] + [datetime.date(year, 1, 1) for year in turns] + [until]
        return [(start, end, (start.year if start else 0) in self.years) for start, end in zip(edges, edges[1:])]


def read_rules(lines, year_max):
    rows = {}
    for fields in lines:
        if fields[0] == "R":
            rows.setdefault(fields[1], []).append(fields[2:])
    return {name: Rules(of_name, year_max) for name, of_name in rows.items()}


def eras(zone, fields, since, rules, countries, year_max):
    standard, rule, form, ends = seconds(fields[0]), fields[1], fields[2], until(fields[3:])
    saving = 0 if rule in rules else seconds(rule)
    parts = rules[rule].split(since, ends, year_max) if rule in rules else [(since, ends, saving != 0)]
    offset = standard + saving
    for start, end, daylight_saving in parts:
        changing = rule in rules and daylight_saving
        yield place(zone, countries) | {
            "utcOffset": offset_text(offset),
            "offsetMinutes": round(offset / 60),
            "rules": rule if rule in rules else None,
            "daylightSaving": daylight_saving,
            "abbreviation": numeric(offset) if form == "%z" and not changing else form,
            "since": start and start.isoformat(),
            "until": end and end.isoformat(),
            "alias": False,
        }


def read_input(folder):
    """The lines, split, and the year of the release: what rules say of later years is a forecast."""
    text = (folder / "tzdata.zi").read_text(encoding="ascii")
    year = int(re.search(r"^# version (\d{4})", text).group(1))
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")], year


def read_countries(folder):
    lines = (folder / "zone.tab").read_text(encoding="ascii").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}


def read_documents(lines, rules, countries, year_max):
    """The eras and the aliases, in the order in which they began."""
    documents, zone, since = [], None, None
    for fields in lines:
        if fields[0] == "R":
            continue
        if fields[0] == "L":
            documents.append(place(fields[2], countries) | {"aliasOf": fields[1], "alias": True})
            continue
        if fields[0] == "Z":
            zone, since, fields = fields[1], None, fields[2:]
        if zone != "Factory":  # stands for "nobody has set the zone"
            documents.extend(eras(zone, fields, since, rules, countries, year_max))
            since = until(fields[3:])
    return sorted(documents, key=lambda d: (d.get("since") or "", d["zone"]))


def write(path, documents):
    ids = [d["id"] for d in documents]
    bad = [i for i in ids if not re.fullmatch(r"[A-Za-z0-9_.:@-]{1,200}", i)]
    if bad:
        raise ValueError(f"not item ids: ids={bad}")
    text = "".join(json.dumps(d, ensure_ascii=True, separators=(",", ":")) + "\n" for d in documents)
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(text.encode())
    print(f"{path.name}: versions={len(ids)} documents={len(set(ids))} bytes={len(text)} "
          f"gzipped={path.stat().st_size}")


def milestones(documents):
    """Up to which line the file is the world of that day."""
    starts = [d.get("since") or "" for d in documents]
    for date in ("1900-01-01", "1916-01-01", "1945-01-01", "1950-01-01", "1970-01-01", "1980-01-01", "1990-01-01",
                 "1995-01-01", "2000-01-01", "2026-01-01"):
        print(f"{date}: lines={bisect.bisect_right(starts, date)}")


def check(folder, documents, rules, year_max):
    """Compares each era with the compiled zone, week by week."""
    import zoneinfo

    zoneinfo.reset_tzpath([str(folder)])
    compared = 0
    for d in documents:
        if d["alias"]:
            continue
        zone = zoneinfo.ZoneInfo(d["zone"])
        date = datetime.date.fromisoformat(d["since"] or "1850-01-01") + datetime.timedelta(days=2)
        end = datetime.date.fromisoformat(d["until"] or f"{year_max}-12-01") - datetime.timedelta(days=2)
        offset = (-1 if d["utcOffset"][0] == "-" else 1) * seconds(d["utcOffset"][1:])
        savings = rules[d["rules"]].savings if d["rules"] and d["daylightSaving"] else {0}
        saved = set()
        while date < end:
            shown = datetime.datetime(date.year, date.month, date.day, 12, tzinfo=zone).utcoffset().total_seconds()
            if shown - offset not in savings:
                raise SystemExit(f"differs: zone={d['zone']} date={date} shown={shown} expected={offset}")
            if shown != offset:
                saved.add(date.year)
            compared += 1
            date += datetime.timedelta(days=7)
        if d["rules"] and d["daylightSaving"]:
            years = set(range(int((d["since"] or "1850")[:4]) + 1, end.year)) - saved
            if years:
                raise SystemExit(f"no summer time: zone={d['zone']} years={sorted(years)}")
    print(f"checked: dates={compared}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zoneinfo", type=pathlib.Path, required=True, help="folder with tzdata.zi and zone.tab")
    parser.add_argument("--out", type=pathlib.Path, help="file to write: timezones.ndjson.gz")
    parser.add_argument("--check", action="store_true", help="compare with the compiled zones")
    arguments = parser.parse_args()
    lines, year_max = read_input(arguments.zoneinfo)
    rules = read_rules(lines, year_max)
    documents = read_documents(lines, rules, read_countries(arguments.zoneinfo), year_max)
    if arguments.out:
        write(arguments.out, documents)
        milestones(documents)
    if arguments.check:
        check(arguments.zoneinfo, documents, rules, year_max)


if __name__ == "__main__":
    main()
