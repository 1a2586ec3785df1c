"""Holds std.aws.ecs to the table of ECS's operations: asks of each operation
whether it is in each set, through a policy with a tool for each, and compares.

usage: ecs_operations.py POLC POLICY TABLE
"""
import json
import subprocess
import sys

SETS = ("read", "write", "execute", "destructive", "sensitive")

polc, policy, table = sys.argv[1:]
with open(table, encoding="utf-8") as file:
    operations = json.load(file)["operations"]
requests = "".join(
    json.dumps({"tool": name, "args": {"api_operation": row["operation"]}})
    + "\n" for row in operations for name in SETS)
done = subprocess.run([polc, "eval", policy], input=requests, text=True,
                      capture_output=True, check=True)
decisions = [json.loads(line)["decision"] for line in done.stdout.splitlines()]
wrong = 0
for row in operations:
    got = {name for name in SETS if decisions.pop(0) == "allow"}
    wanted = {row["effect"]} | ({"sensitive"} if row["sensitiveResponse"]
                                else set())
    if got != wanted:
        wrong += 1
        print(row["operation"], "is", sorted(got), "and not", sorted(wanted))
print(len(operations), "operations,", wrong, "wrong")
sys.exit(wrong > 0)
