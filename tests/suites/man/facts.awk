# SPDX-License-Identifier: Apache-2.0
#
# facts.awk: what a manual page in mdoc says, a fact a line, separated by tabs:
#
#   item     SECTION SUBSECTION PARENT MACRO WORDS   a list's item; PARENT: the item that its list is in
#   default  KEY VALUE                               "Default: VALUE." in the item KEY
#   path     ITEM PATH                               .Pa in an item's text
#   text     SECTION ITEM LINE                       its plain lines
#   option   SECTION WORD OPTION                     every .Fl, with its argument; WORD: the .Cm before it
#   example  SECTION NUMBER LINE                     the lines of the literal blocks

function word_of(words) {
  gsub(/ Ns /, "", words)
  gsub(/"/, "", words)
  return words
}

# The option that has its .Fl at token number i: "--policy FILE"
function option_at(i) {
  return "-" $(i + 1) ($(i + 2) == "Ar" ? " " $(i + 3) : "")
}

function options_of_line(i, macro) {
  for (i = 1; i < NF; i++) {
    macro = $i
    sub(/^\./, "", macro)
    if (macro == "Fl")
      print "option", section, command, option_at(i)
  }
}

BEGIN { OFS = "\t" }

/^\.\\"/ { next }
/^\.Sh / { section = substr($0, 5); subsection = command = ""; depth = 0; next }
/^\.Ss / { subsection = command = substr($0, 5); next }
/^\.Bd -literal/ { literal = 1; block++; next }
/^\.Ed/ { literal = 0; next }
literal { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print "example", section, block, $0; next }
/^\.Bl / { item[++depth] = ""; next }
/^\.El/ { item[depth--] = ""; next }
/^\.It / {
  words = $0
  sub(/^\.It (Fl|Cm|Ic|Pa|Li|Ev) */, "", words)
  sub(/^\.It /, "", words)
  item[depth] = word_of($2 == "Fl" ? option_at(2) : words)
  print "item", section, subsection, item[depth - 1], $2, item[depth]
}
/^\.Nm/ && section == "SYNOPSIS" { command = "" }
/^\.Cm / && section == "SYNOPSIS" { command = $2 }
/^\./ { options_of_line() }
/^\.Pa / {
  for (i = 2; i <= NF; i++)
    if ($i !~ /^[,.:;)]$/)
      print "path", item[depth], $i
}
/^Default:/ { wanted = 1 }
wanted && /^Default: / { print "default", item[depth], substr($0, 10); wanted = 0 }
wanted && /^\.Cm / { print "default", item[depth], $2; wanted = 0 }
/^[^.]/ { print "text", section, item[depth], $0 }
