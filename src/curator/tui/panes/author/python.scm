; What of Python is coloured in the editors. Short on purpose: the query is compiled for each
; editor, and its cost is in the number of patterns.
(comment) @comment
(string) @string
[(integer) (float) (true) (false) (none)] @number
[
  "and" "as" "assert" "async" "await" "break" "class" "continue" "def" "del" "elif" "else" "except"
  "finally" "for" "from" "global" "if" "import" "in" "is" "lambda" "nonlocal" "not" "or" "pass"
  "raise" "return" "try" "while" "with" "yield" "match" "case"
] @keyword
(function_definition name: (identifier) @function)
(call function: (identifier) @function)
(call function: (attribute attribute: (identifier) @function))
(class_definition name: (identifier) @type)
(type (_) @type)
(decorator) @type
