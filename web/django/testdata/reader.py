"""Answers the questions of Go's consenttest: {policy, questions} on stdin, the answers on stdout."""

import json
import sys
from datetime import date

from charte.policy import Policy

asked = json.load(sys.stdin)
policy = Policy(asked["policy"])
answers = []
for question in asked["questions"]:
    answer = policy.read(question["cookies"], date.fromisoformat(question["today"]))
    allows = {id: policy.allows(answer, id) for id in question["ids"]}
    answers.append({"on": str(answer.on or ""), "allows": allows})
json.dump(answers, sys.stdout)
