"""The life of assessments: people's circumstances as they were told to us, and what they came to, both kept for good.

``tables`` the schema; names ending ``store`` its SQL; names ending ``jobs`` the verbs; everything else rules and
records. ``timeline`` says which assessment stands on a day, ``trueup`` what a better one changes, ``comparison`` which
fact or rate caused each penny, ``uprating`` who changes in April and who does not, ``whatif`` what other figures would
do. ``packing`` and ``unpacking`` turn everyone's facts into columns and ``everyone`` assesses them by the million.
The rules themselves are ``finance.assessment``. ``docs/assess-life.md`` tells the story.
"""
