"""The double-entry sub-ledger and the run machine every stream of money shares.

``proposals`` is the one idea (due less posted); ``streams`` lists every stream of money; ``jobs`` and ``release_jobs``
are the life of a run, ``runs`` its rules; ``approvals`` who may sign and how many must, ``officers`` who is on
the list; ``coding`` says which account a penny falls to; ``views`` is what a reader of a run is shown, ``reports`` what
the ledger says and the proof, ``explain`` what every explanation shares, ``timetable`` what the timetable did.
"""
