#!/bin/bash
# provision-plan-item.sh TABLE
#
# Runs what belongs to a plan item when it was added to a plan or taken from it. TABLE is a text file of the
# administrator's; each line says: ACTION, the plan item's name, the program with its arguments; separated by TABs.
#
#   added     Additional Service    /usr/local/sbin/enable-backup --plan={plan}
#   removed   Additional Service    /usr/local/sbin/disable-backup --plan={plan}
#
# {plan} and {plan_item} become the names, {owner} the owner's login; write --option={plan}, so that a plan called
# "--force" is no option. Arguments are split at spaces as written in the table and never again: nothing that stands in
# the panel is read by a shell. Lines beginning with # are comments. The program also gets the event's JSON on stdin and
# all EVENT_, NEW_ and OLD_ variables.
#
# Deliveries come at least once: make the program one that may run twice (its key is EVENT_ID).
#
# Exit codes: 0 done, or no line fits · 65 the event is of another type, or names no plan item · 78 the table is
#             missing or wrong; any other code is the program's own (75: run again later)
set -euo pipefail

complain() {
    printf '%s\n' "$1"
    exit "$2"
}

table=${1:-}
[[ $table == /* ]] || complain "give the absolute path of the table as first argument" 78
[[ -r $table ]] || complain "cannot read the table $table" 78
# Whoever can change the table decides what runs.
mode=$(stat -L -c %a -- "$table")
(((8#$mode & 8#022) == 0)) || complain "$table can be changed by its group or by others: chmod go-w $table" 78

case ${EVENT_TYPE:-} in
service_plan.plan_item_added)
    action=added
    plan=${NEW_PLAN_NAME:-} item=${NEW_PLAN_ITEM_NAME:-} owner=${NEW_PLAN_OWNER_LOGIN:-}
    ;;
service_plan.plan_item_removed)
    action=removed
    plan=${OLD_PLAN_NAME:-} item=${OLD_PLAN_ITEM_NAME:-} owner=${OLD_PLAN_OWNER_LOGIN:-}
    ;;
*) complain "this hook is for service_plan.plan_item_added and .plan_item_removed, not for ${EVENT_TYPE:-nothing}" 65 ;;
esac
[[ -n $item ]] || complain "the event names no plan item" 65

number=0
found=""
while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    [[ -n $line && $line != \#* ]] || continue
    IFS=$'\t' read -r on name command extra <<<"$line"
    [[ -n ${command:-} && -z ${extra:-} ]] || complain "$table:$number: three columns are wanted, separated by TABs" 78
    [[ $on == added || $on == removed ]] || complain "$table:$number: \"$on\" is neither added nor removed" 78
    [[ $command == /* ]] || complain "$table:$number: the program must be an absolute path" 78
    [[ -z $found && $on == "$action" && $name == "$item" ]] && found=$command
done <"$table"

if [[ -z $found ]]; then
    printf 'nothing to do for %s of "%s"\n' "$action" "$item"
    exit 0
fi

read -r -a words <<<"$found"
for index in "${!words[@]}"; do
    ((index > 0)) || continue
    word=${words[index]}
    # One word stays one argument, whatever the names hold; what was put in is not looked at again.
    case $word in
    '{plan}') word=$plan ;;
    '{plan_item}') word=$item ;;
    '{owner}') word=$owner ;;
    *'{plan}'* | *'{plan_item}'* | *'{owner}'*)
        prefix=${word%%\{*} rest=${word#*\{}
        case ${rest%%\}*} in
        plan) word=$prefix$plan${rest#*\}} ;;
        plan_item) word=$prefix$item${rest#*\}} ;;
        owner) word=$prefix$owner${rest#*\}} ;;
        esac
        ;;
    esac
    words[index]=$word
done
exec "${words[@]}"
