#!/usr/bin/env python3
"""Writes a policy of any size and requests for it.

usage: generate.py --rules N [--requests M] [--profile P] [--seed S]
                   [--pad BYTES] [--no-schema] --out DIR

DIR then holds policy.pol and catalog.json; rules.json, the same rules for the
interpreter that bench_decide compares with; requests.jsonl, requests in polc's
JSON form; mcp.jsonl, the same as tools/call messages; expect.txt, a line for
each: allow or deny, as a plain reading of rules.json says; decisions.jsonl, the
whole decisions: `sha256sum` of it is the digest that `polc bench` prints.

A rule names a tool and has one to four conditions. Deny if a deny matches, else
allow if an allow matches, else deny. Profiles:

  wide    four rules a tool: telling tools apart is enough
  narrow  20 tools, each rule bound to one agent or one project's path
  glob    as wide, but a fifth of the rules name tools by a pattern
  range   20 tools, each rule bound to a short range of amounts and of counts
  regex   20 tools, each rule bound to a pattern for one tenant's URLs
  anchored, unanchored
          one tool, each rule a pattern for URLs and nothing else: for the whole
          of one, or to be found anywhere in it

Messages have about 300 bytes, and --pad more. Without a schema the policy names
no catalog: nothing about arguments is known or checked before the rules.
"""
import argparse
import json
import os
import random
import re

REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1", "sa-east-1",
           "ca-central-1", "me-south-1"]
ROLES = ["viewer", "editor", "operator", "admin", "auditor", "billing", "support", "ci"]
TEAMS = [f"team{i:02}" for i in range(12)]
VERBS = ["read", "write", "list", "delete", "create", "query", "send", "deploy"]
BRANCHES = ["main", "dev", "release/1.0", "feature/login", "feature/pay", "hotfix/77"]
FEW_TOOLS = 20


class Workload:
    """The rules of one profile and size, and requests that fit them."""

    def __init__(self, rules, profile, seed, pad=0):
        self.pad = pad
        self.r = random.Random(seed * 1000003 + rules)
        self.profile = profile
        count = max(10, rules // 4) if profile in ("wide", "glob") else 1 if profile.endswith("anchored") else FEW_TOOLS
        self.tools = [f"svc{i // 8}.{VERBS[i % 8]}_{i}" for i in range(count)]
        # Agents, tenants.
        self.groups = rules if profile.endswith("anchored") else max(1, rules // FEW_TOOLS)
        self.projects = max(1, self.groups // 12)
        self.rules = [self.rule(i) for i in range(rules)]

    def rule(self, i):
        tool = self.tools[i % len(self.tools)]
        if self.profile == "glob" and self.r.random() < 0.2:
            tool = tool.split(".")[0] + ".*"
        conds = self.bound(i)
        for _ in range(0 if self.profile.endswith("anchored") else self.r.randint(1, 3)):
            cond = self.cond()
            if all(cond[:2] != other[:2] for other in conds):
                conds.append(cond)
        return {"id": f"r{i:06}", "deny": self.r.random() < 0.3, "tool": tool, "conds": conds}

    def bound(self, i):
        """What a rule of the profile has before anything else."""
        r = self.r
        if self.profile == "narrow":
            if r.random() < 0.5:
                return [["caller.claims.id", "==", f"agent-{r.randrange(self.groups)}"]]
            return [["args.path", "starts with", f"/srv/{r.choice(TEAMS)}/p{r.randrange(self.projects)}/"]]
        if self.profile == "range":
            low, first = r.randint(0, 990000), r.randint(0, 990000)
            return [["args.amount", ">=", low], ["args.amount", "<", low + r.randint(1, 10000)],
                    ["args.count", ">=", first], ["args.count", "<", first + 300000]]
        if self.profile == "regex":
            tenant = r.randrange(self.groups)
            return [["args.url", "matches", rf"https://t{tenant}\.example\.com/v[12]/items/[0-9]+"]]
        if self.profile == "anchored":
            return [["args.url", "matches", rf"https://t{i}\.example\.com/v[12]/items/[0-9]+"]]
        if self.profile == "unanchored":
            return [["args.url", "finds", rf"t{i}\.example\.com/v[12]/items/[0-4]"]]
        return [self.principal()] if r.random() < 0.7 else []

    def principal(self):
        r = self.r
        return r.choice([["caller.claims.role", "==", r.choice(ROLES)],
                         ["caller.claims.role", "in", sorted(r.sample(ROLES, r.randint(2, 4)))],
                         ["caller.claims.team", "==", r.choice(TEAMS)],
                         ["caller.claims.trust", ">=", r.randint(1, 8)]])

    def cond(self):
        r = self.r
        return r.choice([["args.region", "==", r.choice(REGIONS)],
                         ["args.region", "in", sorted(r.sample(REGIONS, r.randint(2, 5)))],
                         ["args.amount", r.choice([">", ">="]), r.randint(0, 900000)],
                         ["args.amount", r.choice(["<", "<="]), r.randint(50000, 1000000)],
                         ["args.count", r.choice(["<", ">"]), r.randint(0, 1000000)],
                         ["args.path", "starts with", f"/srv/{r.choice(TEAMS)}/"],
                         ["args.path", "like", f"/srv/*/{r.choice(['data', 'logs', 'conf'])}/*"],
                         ["args.branch", "like", r.choice(["release/*", "feature/*", "hotfix/*"])],
                         ["args.url", "finds", rf"/v{r.randint(1, 3)}/items/[1-4]"],
                         ["args.dry_run", "==", r.random() < 0.5],
                         ["caller.claims.calls", r.choice(["<", ">"]), r.randint(10, 110)]])

    def request(self):
        r = self.r
        folder = f"p{r.randrange(self.projects)}" if self.profile == "narrow" else r.choice(["data", "logs", "conf"])
        agent = f"agent-{r.randrange(self.groups if self.profile == 'narrow' else 500)}"
        return {"server": "bench", "tool": r.choice(self.tools) if r.random() < 0.9 else f"unknown{r.randrange(50)}.tool",
                "args": {"path": f"/srv/{r.choice(TEAMS)}/{folder}/file{r.randrange(1000)}.txt",
                         "url": f"https://t{r.randrange(self.groups)}.example.com/v{r.randint(1, 3)}/items/{r.randrange(999)}",
                         "amount": r.randint(0, 1000000), "count": r.randint(0, 1000000),
                         "region": r.choice(REGIONS), "branch": r.choice(BRANCHES),
                         "dry_run": r.random() < 0.5, "query": f"select id from items where x={r.randrange(1000)}" + self.padding()},
                "caller": {"grant": agent, "claims": {"id": agent, "role": r.choice(ROLES), "team": r.choice(TEAMS),
                                                      "trust": r.randint(0, 9), "calls": r.randint(0, 120)}}}

    def padding(self):
        return "".join(self.r.choices("abcdefghij klmnop\n\"", k=self.pad)) if self.pad else ""


def like(pattern):
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.S)


COMPILED = {}


def compiled(kind, text):
    key = kind, text
    if key not in COMPILED:
        COMPILED[key] = like(text) if kind == "like" else re.compile(text)
    return COMPILED[key]


TESTS = {"==": lambda v, w: v == w, "in": lambda v, w: v in w, "<": lambda v, w: v < w, "<=": lambda v, w: v <= w,
         ">": lambda v, w: v > w, ">=": lambda v, w: v >= w, "starts with": lambda v, w: v.startswith(w),
         "like": lambda v, w: compiled("like", w).fullmatch(v) is not None,
         "matches": lambda v, w: compiled("re", w).fullmatch(v) is not None,
         "finds": lambda v, w: compiled("re", w).search(v) is not None}


def value(request, path):
    for name in path.split("."):
        request = request[name]
    return request


def decide(rules, request):
    """The effect, and the rule that decides: denies go first, each kind in its order."""
    holding = [rule for rule in rules.get(request["tool"], []) + rules.get(request["tool"].split(".")[0] + ".*", [])
               if all(TESTS[op](value(request, path), want) for path, op, want in rule["conds"])]
    if not holding:
        return "deny", None
    first = min(holding, key=lambda rule: (not rule["deny"], rule["id"]))
    return "deny" if first["deny"] else "allow", first["id"]


def decision(effect, rule):
    reason = "no rule of policy `bench` allows this call"
    if rule:
        rule = "bench." + rule
        reason = f"denied by rule `{rule}`" if effect == "deny" else ""
    return json.dumps({"decision": effect, "by": "rule" if rule else "default", "rule": rule, "reason": reason,
                       "charges": [], "retry_after": None, "marks": []}, separators=(",", ":"))


def pol(rules, has_schema):
    def literal(value):
        return "{" + ", ".join(map(json.dumps, value)) + "}" if isinstance(value, list) else json.dumps(value)
    out = ["policy bench;"] + (['catalog "catalog.json";'] if has_schema else [])
    for rule in sorted(rules, key=lambda rule: not rule["deny"]):
        when = " and ".join(f"{path} {op} {literal(want)}" for path, op, want in rule["conds"])
        out.append(f"{'deny' if rule['deny'] else 'allow'} {rule['id']} tool {json.dumps(rule['tool'])} when {when};")
    return "\n".join(out) + "\n"


def catalog(tools):
    text, number = {"type": "string"}, {"type": "number"}
    properties = {"path": text, "url": text, "amount": number, "count": number, "region": text, "branch": text,
                  "dry_run": {"type": "boolean"}, "query": text}
    schema = {"type": "object", "properties": properties, "required": sorted(properties)}
    names = tools + [f"unknown{i}.tool" for i in range(50)]
    return {"tools": [{"name": name, "inputSchema": schema} for name in names]}


def message(number, request):
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call",
            "params": {"name": request["tool"], "arguments": request["args"], "_meta": {"progressToken": number}}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--profile", choices=["wide", "narrow", "glob", "range", "regex", "anchored", "unanchored"], default="wide")
    parser.add_argument("--pad", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-schema", action="store_true")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    workload = Workload(options.rules, options.profile, options.seed, options.pad)
    requests = [workload.request() for _ in range(options.requests)]
    by_tool = {}
    for rule in workload.rules:
        by_tool.setdefault(rule["tool"], []).append(rule)
    os.makedirs(options.out, exist_ok=True)

    def write(name, text):
        with open(os.path.join(options.out, name), "w", encoding="utf-8") as file:
            file.write(text)
    write("policy.pol", pol(workload.rules, not options.no_schema))
    write("catalog.json", json.dumps(catalog(workload.tools)))
    write("rules.json", json.dumps(workload.rules))
    write("requests.jsonl", "".join(json.dumps(request) + "\n" for request in requests))
    write("mcp.jsonl", "".join(json.dumps(message(i, request), separators=(",", ":")) + "\n"
                               for i, request in enumerate(requests)))
    decided = [decide(by_tool, request) for request in requests]
    write("expect.txt", "".join(effect + "\n" for effect, _ in decided))
    write("decisions.jsonl", "".join(decision(*one) + "\n" for one in decided))


if __name__ == "__main__":
    main()
