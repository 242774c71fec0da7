#!/bin/sh
# call-billing-form.sh URL
#
# Tells a billing system that knows nothing of webhooks: posts the event as form fields, as a browser would.
# The fields are event_id, event_type, event_subject, event_time and every NEW_ and OLD_ variable in small letters.
#
#   BILLING_TOKEN_FILE   a file with a token, sent as "Authorization: Bearer …"; never on a command line
#   CURL_CA_BUNDLE       a file of certificate authorities, where the billing system has one of its own
#
# event_id stays the same when the call is repeated: the billing system must not bill the same event_id twice.
#
# Exit codes: 0 answered 2xx · 65 answered 4xx: it will never take it, a dead letter (but 401, 403, 408, 425 and 429
#             may pass: 75) · 75 not reached, or any other answer: run again later · 78 wrong settings
set -eu

url=${1:-}
case $url in
https://* | http://127.* | http://localhost[:/]*) ;;
*)
    echo "give the https:// address of the form as first argument"
    exit 78
    ;;
esac

work=$(mktemp -d) || exit 75
trap 'rm -rf "$work"' EXIT
trap 'exit 75' HUP INT TERM
umask 077

# The form is written by a program that knows how to encode it; names and values of the event never meet a shell.
if ! python3 -I - >"$work/form" <<'PYTHON'
import os, sys
from urllib.parse import urlencode

fields = [(name, os.environ.get(name.upper(), "")) for name in ("event_id", "event_type", "event_subject", "event_time")]
fields += sorted((name.lower(), value) for name, value in os.environ.items() if name.startswith(("NEW_", "OLD_")))
sys.stdout.write(urlencode(fields, errors="replace"))
PYTHON
then
    echo "the form cannot be written; is python3 installed?"
    exit 78
fi

: >"$work/headers"
if [ -n "${BILLING_TOKEN_FILE:-}" ]; then
    if ! token=$(cat -- "$BILLING_TOKEN_FILE"); then
        echo "cannot read BILLING_TOKEN_FILE"
        exit 78
    fi
    printf 'Authorization: Bearer %s\n' "$token" >"$work/headers"
fi

# No redirects: a form that was moved must be entered anew, not followed with the token.
status=$(curl --silent --show-error --proto '=http,https' --max-time 15 --max-filesize 1048576 \
    --header "@$work/headers" --header "X-Event-Id: ${EVENT_ID:-}" \
    --data-binary "@$work/form" --output "$work/answer" --write-out '%{http_code}' -- "$url") || status=000

# The beginning of the answer helps who reads `callbackd deliveries show`.
[ ! -s "$work/answer" ] || { head -c 2000 "$work/answer" | LC_ALL=C tr -c '[:print:]\n' '?'; echo; }
echo "HTTP $status"
case $status in
2??) exit 0 ;;
401 | 403 | 408 | 425 | 429) exit 75 ;;
4??) exit 65 ;;
*) exit 75 ;;
esac
