"""What a step of an assessment is the sum of, down to what has no parts of its own."""

from fractions import Fraction

from finance.assessment.results import Assessment, Step


def parts(made: Assessment, name: str) -> list[tuple[str, Fraction]]:
    """What a step is the sum of: labels and exact pence, or just itself where its parts do not add up to it."""
    steps = {step.name: step for step in made.steps}

    def leaves(step: Step) -> list[tuple[str, Fraction]]:
        inside = [
            steps[each.name]
            for each in step.inputs
            if each.name in steps and isinstance(steps[each.name].value, Fraction) and steps[each.name].value != 0
        ]
        found = [leaf for each in inside for leaf in leaves(each)]
        adds_up = found and sum(value for _, value in found) == step.value
        return found if adds_up else [(step.label, Fraction(step.value or 0))]

    asked = steps.get(name)
    return leaves(asked) if asked and isinstance(asked.value, Fraction) and asked.value else []
