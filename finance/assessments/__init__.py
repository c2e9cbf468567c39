"""The life of assessments: people's circumstances as they were told to us, and what they came to, both kept for good.

``tables`` the schema; ``store`` its SQL; ``jobs`` the verbs. ``timeline`` says which assessment stands on a day,
``trueup`` what a better one changes, ``comparison`` which fact or rate caused each penny, ``uprating`` who changes in
April and who does not, ``caseload`` everyone's facts packed in columns so that a county is assessed in seconds.
The rules themselves are ``finance.assessment``. ``docs/assess-life.md`` tells the story.
"""
