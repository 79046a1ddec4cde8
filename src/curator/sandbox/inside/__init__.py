"""Code that runs inside the sandbox; the parent sends it there and never imports it.

``boot`` → ``supervisor`` (holds the run's secrets, watches) → fork → ``player`` (runs the program,
with the help of ``ledger``) and ``reporter`` (tells of an exception). Each is compiled apart and
given a namespace of its own, so that a program that walks its frames meets only ``boot`` and
``reporter``, which hold nothing worth having. None of them may import more than the interpreter's
built-in modules and a few of its libraries: every import is paid for once a program.
"""
