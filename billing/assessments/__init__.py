"""The life of assessments: people's circumstances as they were told to us, and what they came to, both kept for good.

``tables`` the schema; names ending ``store`` its SQL; names ending ``jobs`` the verbs; everything else rules and
records. ``decisions`` says which assessment stands on a day, ``in_force`` the same for many people in columns,
``true_up`` what a better one changes, ``comparison`` which fact or rate caused each penny. ``caseload`` is everybody at
once, in columns; ``uprating`` who changes in April and who does not, and what other figures would do. The rules
themselves are ``finance.assessment``. ``docs/assess-life.md`` tells the story.
"""
