#!/usr/bin/env python3
"""Writes events and rule sets for the measurements of the matcher, the same for the same seed.

usage: rule_sets.py events COUNT > EVENTS.jsonl
       rule_sets.py rules SET COUNT > RULES.jsonl     (SET: mixed, numeric, wildcards, cidr, weak)
       rule_sets.py array ELEMENTS > EVENT.jsonl      (one event with a long list, and the same one adversarial)
       rule_sets.py array-rules COUNT > RULES.jsonl
"""
import json
import random
import sys

TYPES = (
    ["plan_item.created", "plan_item.updated", "plan_item.deleted"]
    + ["service_plan." + verb for verb in (
        "created", "updated", "deleted", "plan_item_added", "plan_item_removed", "app_added", "app_removed",
        "assigned", "unassigned")]
    + [kind + verb for kind in ("customer.", "domain.", "subscription.") for verb in ("created", "updated", "deleted")]
    + ["license.ordered", "license.updated", "license.terminated"])
WORDS = ("hosting mail backup toolkit premium basic reseller storage cache shield monitor archive node php ruby "
         "gateway mirror vault forge relay").split()
STATES = ["active", "suspended", "pending", "expired", "trial"]


def word(rng):
    return rng.choice(WORDS)


def label(rng):
    return f"{rng.choice(['WP', 'Joomla', 'Server', 'Cloud', 'Data'])} {word(rng)} {word(rng)} {rng.randrange(2000)}"


def address(rng):
    return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"


def fields(rng):
    return {
        "id": rng.randrange(1, 200000), "name": f"{word(rng)}_{word(rng)}_{rng.randrange(5000)}", "label": label(rng),
        "tooltip": f"Adds {word(rng)} and {word(rng)} to every subscription of the plan",
        "url": f"https://{word(rng)}.example.com/{word(rng)}/{rng.randrange(10000)}", "visible": rng.random() < 0.5,
        "external_id": str(rng.randrange(100000)), "disk_space": rng.randrange(0, 10 ** 12),
        "max_traffic": rng.randrange(0, 10 ** 9), "price": round(rng.uniform(0, 500), 2), "state": rng.choice(STATES),
        "ip": address(rng)}


def event(rng, number):
    new = fields(rng)
    old = dict(new, disk_space=rng.randrange(0, 10 ** 12), price=round(rng.uniform(0, 500), 2))
    kind = rng.choice(TYPES)
    identity = "".join(rng.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(26))
    return {
        "specversion": "1.0", "id": "evt_" + identity, "source": "/st_k3j4/panel", "type": kind,
        "subject": f"{kind.split('.')[0]}/{new['id']}", "time": "2026-11-22T10:00:00.123Z",
        "datacontenttype": "application/json", "sequence": f"{number:016d}",
        "data": {"new": new, "old": {key: old[key] for key in ("id", "disk_space", "price", "state")},
                 "changed": ["disk_space", "price"], "operation": str(number),
                 "plan": {"id": rng.randrange(1, 20000), "name": f"plan_{rng.randrange(20000)}",
                          "owner_id": rng.randrange(1, 5000), "owner_login": f"{word(rng)}{rng.randrange(3000)}"}}}


def span(rng, top):
    low = rng.randrange(0, top)
    return [">=", low, "<", low + max(1, top // rng.choice([20, 100, 1000]))]


def telling_clause(rng, new, plan):
    choice = rng.randrange(9)
    if choice == 0:
        plan["id"] = rng.sample(range(1, 20000), rng.randrange(1, 4))
    elif choice == 1:
        new["name"] = [f"{word(rng)}_{word(rng)}_{rng.randrange(5000)}"]
    elif choice == 2:
        new["label"] = [{"prefix": f"{rng.choice(['WP', 'Cloud'])} {word(rng)} {word(rng)} {rng.randrange(10, 200)}"}]
    elif choice == 3:
        new["url"] = [{"suffix": f"/{word(rng)}/{rng.randrange(10000)}"}]
    elif choice == 4:
        plan["owner_login"] = [{"equals-ignore-case": f"{word(rng).upper()}{rng.randrange(3000)}"}]
    elif choice == 5:
        new["label"] = [{"wildcard": f"*{word(rng)} {word(rng)} {rng.randrange(2000)}"}]
    elif choice == 6:
        new["ip"] = [{"cidr": f"10.{rng.randrange(256)}.{rng.randrange(256)}.0/24"}]
    elif choice == 7:
        plan["owner_id"] = [rng.randrange(1, 5000)]
    else:
        new["external_id"] = [str(rng.randrange(100000)), str(rng.randrange(100000))]


def further_clause(rng, data, new, plan):
    choice = rng.randrange(7)
    if choice == 0:
        new["disk_space"] = [{"numeric": [rng.choice([">", "<="]), rng.randrange(0, 10 ** 12)]}]
    elif choice == 1:
        new["price"] = [{"numeric": span(rng, 500)}]
    elif choice == 2:
        plan.setdefault("owner_login", [{"anything-but": ["admin", word(rng)]}])
    elif choice == 3:
        new["visible"] = [rng.random() < 0.5]
    elif choice == 4:
        data["changed"] = [rng.choice(["disk_space", "price", "label"])]
    elif choice == 5:
        new["state"] = rng.sample(STATES, 2)
    else:
        data["old"] = {"state": [{"exists": rng.random() < 0.8}]}


def mixed(rng):
    """One clause that tells much, and up to three of any kind."""
    data, new, plan = {}, {}, {}
    telling_clause(rng, new, plan)
    for _ in range(rng.randrange(4)):
        further_clause(rng, data, new, plan)
    data.update({name: fields for name, fields in (("new", new), ("plan", plan)) if fields})
    return {"type": rng.sample(TYPES, rng.choice([1, 1, 1, 2])), "data": data}


def numeric(rng):
    new = {}
    for name, top in rng.sample([("disk_space", 10 ** 12), ("max_traffic", 10 ** 9), ("price", 500)], 2):
        new[name] = [{"numeric": span(rng, top)}]
    return {"data": {"new": new}}


def wildcards(rng):
    return {"data": {"new": {"label": [{"wildcard": f"*{word(rng)}*{rng.randrange(100, 2000)}*"}],
                             "tooltip": [{"wildcard": f"Adds *{word(rng)}*{word(rng)}*"}]}}}


def cidr(rng):
    bits = rng.choice([12, 16, 20, 24, 28])
    return {"data": {"new": {"ip": [{"cidr": f"{address(rng)}/{bits}"}], "state": [rng.choice(STATES)]}}}


def weak(rng):
    return {"type": [rng.choice(TYPES)],
            "data": {"new": {"visible": [rng.random() < 0.5], "state": [rng.choice(STATES)]},
                     "changed": [rng.choice(["disk_space", "price", "label"])],
                     "plan": {"owner_id": [{"numeric": ["<", rng.randrange(5, 500)]}]}}}


def array_event(rng, elements, adversarial):
    items = [{"sku": "a" if adversarial else f"s{index % 50}", "count": 1 if adversarial else index % 7,
              "state": "x" if index % 2 else "y"} for index in range(elements)]
    return dict(event(rng, 1), items=items)


def array_rule(rng, number):
    if number % 10 == 0:
        return {"items": {"sku": ["a"], "count": [1], "state": ["z", "w"]}}
    if number % 10 == 1:
        return {"items": {"count": [1], "sku": ["a"], "state": [{"anything-but": ["x", "y"]}]}}
    return {"items": {"sku": [f"s{rng.randrange(500)}"], "count": [rng.randrange(7)], "state": ["x"]}}


def main():
    sets = {"mixed": mixed, "numeric": numeric, "wildcards": wildcards, "cidr": cidr, "weak": weak}
    command = sys.argv[1]
    rng = random.Random("".join(sys.argv[1:3]))
    lines = []
    if command == "events":
        lines = (event(rng, number) for number in range(int(sys.argv[2])))
    elif command == "rules":
        lines = (sets[sys.argv[2]](rng) for _ in range(int(sys.argv[3])))
    elif command == "array":
        lines = (array_event(rng, int(sys.argv[2]), adversarial) for adversarial in (False, True))
    elif command == "array-rules":
        lines = (array_rule(rng, number) for number in range(int(sys.argv[2])))
    else:
        sys.exit(__doc__)
    for line in lines:
        print(json.dumps(line, separators=(",", ":")))


main()
