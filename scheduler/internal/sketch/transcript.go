package sketch

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what the code answers now")

// Now is the time at which sketches are looked at; their history is 1000 seconds
// old then.
var Now = time.Unix(1700000000, 0).UTC()

// Transcripts runs Transcript on every file of testdata.
func Transcripts(t *testing.T, answer func(cib *xml.Node) string) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { Transcript(t, file, answer) })
	}
}

// Transcript runs every case of a file. A case is prose in comments, a sketch, a
// line "----", and what answer makes of the sketch, up to an empty line. With
// -update the answers are rewritten.
func Transcript(t *testing.T, file string, answer func(cib *xml.Node) string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, c := range cases(string(data)) {
		cib, err := CIB(c.sketch)
		if err != nil {
			t.Errorf("%s: %s: %v", file, c.title(), err)
			continue
		}
		got := strings.TrimRight(answer(cib), "\n")
		if got != c.want && !*update {
			t.Errorf("%s: %s\ngot:\n%s\n\nwant:\n%s", file, c.title(), got, c.want)
		}
		out.WriteString(c.sketch + "----\n" + got + "\n\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type example struct{ sketch, want string }

// title is the first line of a case, which should say what it shows.
func (c example) title() string {
	first, _, _ := strings.Cut(strings.TrimSpace(c.sketch), "\n")
	return first
}

func cases(text string) []example {
	var list []example
	for text != "" {
		sketch, rest, found := strings.Cut(text, "----\n")
		if !found {
			return list
		}
		want, next, _ := strings.Cut(rest, "\n\n")
		if strings.HasPrefix(rest, "\n") { // an empty answer
			want, next = "", rest[1:]
		}
		list = append(list, example{strings.TrimLeft(sketch, "\n"), strings.TrimRight(want, "\n")})
		text = next
	}
	return list
}
