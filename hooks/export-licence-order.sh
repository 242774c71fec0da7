#!/bin/sh
# export-licence-order.sh FILE.csv
#
# Adds one line for a licence order to a CSV file that the accountants import. An order that stands in the file already
# (the same event id in the first column) is not added again, so a repeated delivery does no harm.
#
# Columns: event_id, ordered_at, key_number, kind, product, title, comment, period, os, server_ip, addons
#
# Exit codes: 0 the order stands in the file · 65 the event is no licence order · 75 the file is locked by somebody
#             else, or the disk is full: run again later · 78 FILE is no absolute path
set -eu

file=${1:-}
case $file in
/*) ;;
*)
    echo "give the absolute path of the CSV file as first argument"
    exit 78
    ;;
esac
if [ "${EVENT_TYPE:-}" != license.ordered ]; then
    echo "this hook is for license.ordered, not for ${EVENT_TYPE:-nothing}"
    exit 65
fi

umask 027
# The event stands on stdin, so the lock is held by a descriptor of its own; it ends with this process.
# Tried in a shell of its own first, because a failing exec would end this one with a code of the shell's.
if ! (: >>"$file.lock"); then
    echo "cannot write beside $file"
    exit 75
fi
exec 9>>"$file.lock"
if ! flock --wait 10 9; then
    echo "$file.lock is held by another program"
    exit 75
fi

# Reads the event's JSON from stdin, not the environment: lists and null stay what they are.
exec python3 -I -c '
import csv, io, json, os, sys

path = sys.argv[1]
try:
    event = json.load(sys.stdin)
    new = event["data"]["new"]
    row = [event["id"], event["time"]] + [new.get(name) for name in (
        "key_number", "kind", "product", "title", "comment", "period", "os", "server_ip", "addons")]
except (ValueError, KeyError, TypeError, AttributeError) as error:
    print("not an event that this hook understands:", repr(error))
    sys.exit(65)

def cell(value):
    if value is None:
        return ""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    value = str(value)
    # A spreadsheet takes a text that begins like this for a formula.
    return "\x27" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value

header = ["event_id", "ordered_at", "key_number", "kind", "product", "title", "comment", "period", "os", "server_ip", "addons"]
text = io.StringIO()
writer = csv.writer(text)
try:
    # Opened for adding: what is there is never written again.
    with open(path, "a+", newline="", encoding="utf-8") as file:
        file.seek(0)
        known = {line[0] for line in csv.reader(file) if line}
        if row[0] in known:
            print("the order stands in the file already")
            sys.exit(0)
        if not known:
            writer.writerow(header)
        writer.writerow([cell(value) for value in row])
        file.write(text.getvalue())
        file.flush()
        os.fsync(file.fileno())
except OSError as error:
    print("cannot write", path + ":", error.strerror)
    sys.exit(75)
print("added", row[2])
' "$file"
