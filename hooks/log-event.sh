#!/bin/sh
# log-event.sh [FILE]
#
# Writes one line about the event: to FILE, to the system log where FILE is "syslog", else to stdout, which callbackd
# keeps on the attempt (`callbackd deliveries show`). FILE is an absolute path: hooks run in the directory "/".
#
# Exit codes: 0 written · 75 the file cannot be written now, run again later · 78 FILE is not an absolute path
set -eu

# Values come from the panel's database: no control character of theirs may reach a log or a terminal.
clean() {
    printf '%s' "$1" | LC_ALL=C tr '\000-\037\177' '?' | cut -c 1-500
}

# What a person would look for first in each kind of event.
name=${NEW_LABEL:-${NEW_PLAN_ITEM_NAME:-${NEW_APP_VALUE:-${NEW_KEY_NUMBER:-${NEW_DOMAIN_NAME:-${NEW_MESSAGE:-}}}}}}
plan=${NEW_PLAN_NAME:-${OLD_PLAN_NAME:-}}

line="${EVENT_TIME:--} ${EVENT_TYPE:--} $(clean "${EVENT_SUBJECT:--}") ${EVENT_ID:--} attempt=${ATTEMPT:-1}"
[ -z "$name" ] || line="$line name=\"$(clean "$name")\""
[ -z "$plan" ] || line="$line plan=\"$(clean "$plan")\""

case ${1:-} in
'') printf '%s\n' "$line" ;;
syslog)
    if ! logger -t callbackd-hook -- "$line"; then
        echo "the system log does not take the line"
        exit 75
    fi
    ;;
/*)
    # One write with O_APPEND: lines of hooks that run at the same time never mix.
    if ! printf '%s\n' "$line" >>"$1"; then
        echo "cannot write to $1"
        exit 75
    fi
    echo "written to $1"
    ;;
*)
    echo "the log file must be an absolute path, not \"$1\""
    exit 78
    ;;
esac
