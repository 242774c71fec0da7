#!/bin/sh
# notify-admin.sh [SUBJECT-PREFIX]
#
# Mails the event to the administrator through the machine's sendmail.
#
#   ADMIN_EMAIL   who gets the mail (needed; set it under `environment:` of the target)
#   FROM_EMAIL    the sender; sendmail's own default where it is not set
#   SENDMAIL      another program that takes a mail on stdin, for trying; default: sendmail from PATH
#
# Exit codes: 0 handed to the mail system · 75 the mail system cannot take it now, run again later
#             78 ADMIN_EMAIL is missing or is no address, or there is no sendmail: a dead letter
set -eu

# One line of printable text: what stands in a mail header must never begin a header of its own.
one_line() {
    printf '%s' "$1" | LC_ALL=C tr -d '\000-\037\177' | cut -c 1-200
}

admin=${ADMIN_EMAIL:-}
case $admin in
*[!A-Za-z0-9@._+-]* | -* | *@*@* | @* | *@)
    echo "ADMIN_EMAIL is not one mail address: $(one_line "$admin")"
    exit 78
    ;;
*@*) ;;
*)
    echo "ADMIN_EMAIL is not set; add it under environment: of this target"
    exit 78
    ;;
esac

sendmail=${SENDMAIL:-$(command -v sendmail || true)}
if [ -z "$sendmail" ]; then
    echo "there is no sendmail on this machine; install a mail transfer agent"
    exit 78
fi

prefix=$(one_line "${1:-[panel]}")
subject=$(one_line "$prefix ${EVENT_TYPE:-event} ${EVENT_SUBJECT:-}")

# Fields of the event are the NEW_ and OLD_ variables; a line break inside a value is shown as two characters.
fields() {
    env | LC_ALL=C grep -E '^(NEW|OLD)_[A-Z0-9_]+=' | LC_ALL=C sort || true
}

message() {
    printf 'To: %s\n' "$admin"
    [ -z "${FROM_EMAIL:-}" ] || printf 'From: %s\n' "$(one_line "$FROM_EMAIL")"
    printf 'Subject: %s\n' "$subject"
    printf 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n'
    # Mail programs do not answer automatic mail, and a repeated attempt is recognised by its id.
    printf 'Auto-Submitted: auto-generated\n'
    printf 'X-Callbackd-Event: %s\n\n' "$(one_line "${EVENT_ID:-}")"
    printf 'What:    %s\nAbout:   %s\nWhen:    %s\nEvent:   %s\nAttempt: %s\n\n' \
        "${EVENT_TYPE:-}" "${EVENT_SUBJECT:-}" "${EVENT_TIME:-}" "${EVENT_ID:-}" "${ATTEMPT:-1}"
    fields
    if [ "${EVENT_TRUNCATED:-}" = 1 ]; then
        printf '\nSome fields were too large for a mail: callbackd events show %s\n' "${EVENT_ID:-}"
    fi
}

if message | "$sendmail" -oi -- "$admin"; then
    echo "mailed to $admin"
else
    echo "the mail system does not take the mail now"
    exit 75
fi
