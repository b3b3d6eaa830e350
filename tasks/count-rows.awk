# Counts the rows of a dump as pg_restore writes them: between COPY and \. each line is a row, whatever is in it.
function json(text) { gsub(/["\\]/, "\\\\&", text); return "\"" text "\"" }
!inside && /^COPY .* FROM stdin;$/ {
  inside = 1
  rest = substr($0, 6)
  match(rest, /^("([^"]|"")*"|[^" .(]+)\.("([^"]|"")*"|[^" (]+)/)
  table = substr(rest, 1, RLENGTH)
  rows[table] += 0
  if (!(table in order)) { order[table] = ++tables; names[tables] = table }
  version = id = 0
  if (table == "plinth.migrations") {
    columns = rest
    sub(/^[^(]*\(/, "", columns)
    sub(/\).*$/, "", columns)
    count = split(columns, column, ", ")
    for (i = 1; i <= count; i++) { if (column[i] == "version") version = i; if (column[i] == "id") id = i }
  }
  next
}
inside && $0 == "\\." { inside = 0; next }
inside {
  rows[table]++
  if (version && split($0, field, "\t") && (head == "" || field[version] + 0 >= newest)) {
    newest = field[version] + 0
    head = field[id]
  }
}
END {
  # Cut off within a table: the file is not whole.
  if (inside) exit 1
  printf "\"migrationHead\":%s,\"rows\":{", json(head == "" ? "none" : head)
  for (i = 1; i <= tables; i++) printf "%s%s:%d", (i > 1 ? "," : ""), json(names[i]), rows[names[i]]
  printf "}"
}
