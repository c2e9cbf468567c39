"""The double-entry sub-ledger and the run machine every stream of money shares.

``proposals`` is the one idea (due less posted); ``streams`` lists every stream of money; ``jobs`` and ``release_jobs``
are the life of a run, ``runs`` its rules; ``coding`` says which account a penny falls to, ``officers`` who may sign,
``reports`` what the ledger says and the proof, ``explain`` what every explanation shares, ``timetable`` what the
timetable did.
"""
