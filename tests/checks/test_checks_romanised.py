"""Names in two alphabets: a bracket that only spells the name is found, another name in it is not."""

import pytest

from tracker.checks import romanised

DOUBLED = [
    ("王伟 (Wang Wei)", "王伟"),
    ("王伟（Wei Wang）", "王伟"),
    ("王小明 (Wang Xiaoming)", "王小明"),
    ("Иван (Ivan)", "Иван"),
    ("Сергей (Sergei)", "Сергей"),
    ("Александр (Alexander)", "Александр"),
    ("Юлия [Julia]", "Юлия"),
    ("Щербаков (Shcherbakov)", "Щербаков"),
    ("Чайковский (Tchaikovsky)", "Чайковский"),
    ("Ελένη (Eleni)", "Ελένη"),
    ("محمد (Mohamed)", "محمد"),
    ("김민수 (Kim Minsu)", "김민수"),
    ("たなか (Tanaka)", "たなか"),
]
OWN = [
    "Anna (Annie)",
    "Иван (Vanya)",
    "Иван (Evan)",
    "王伟 (David)",
    "Müller (Mueller)",
    "Łukasz (Lukasz)",
    "Ким (old)",
]
OWN += ["Acme (UK)", "Иван (Иваныч)", "(Ivan)", "Иван", "Иван (2)", "Ivan (Иван)", "Анна ()", "Ян (Anna Schmidt)"]


@pytest.mark.parametrize(("text", "name"), DOUBLED)
def test_a_bracket_that_only_spells_the_name(text, name):
    assert romanised.alone(text) == name
    assert romanised.is_alone(name)
    assert romanised.may_be_doubled(text)


@pytest.mark.parametrize("text", OWN)
def test_a_bracket_that_says_something_of_its_own(text):
    assert romanised.is_alone(text)
