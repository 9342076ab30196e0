package arch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// A citation is a page, by its path below the repository, and the anchor of a
// heading in it, which may be empty.
type citation struct {
	file         string // that cites
	page, anchor string
}

// citedInText finds a citation in running text, citedByLink the target of a
// link of Markdown.
var (
	citedInText = regexp.MustCompile(`\bdocs/(?:aws/)?[\w-]+\.md(?:#[\w-]+)?`)
	citedByLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// A citation leads to a page that exists, and to a heading in it.
func TestCitationsLead(t *testing.T) {
	root := repository(t)
	anchors := map[string][]string{}
	cited := citations(t, root)
	for _, c := range cited {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(c.page)))
		if err != nil {
			t.Errorf("%s cites %s, which does not exist", c.file, c.page)
			continue
		}
		if anchors[c.page] == nil {
			anchors[c.page] = headings(string(text))
		}
		if c.anchor != "" && !slices.Contains(anchors[c.page], c.anchor) {
			t.Errorf("%s cites %s#%s, and %s has no such heading", c.file, c.page, c.anchor, c.page)
		}
	}
	if len(cited) < 50 {
		t.Errorf("found %d citations: the test does not see the repository", len(cited))
	}
}

// Every fact says where it is written, how sure it is, and which packages stand
// on it; the index has every page.
func TestFactsAreWhole(t *testing.T) {
	root := repository(t)
	sure := regexp.MustCompile(`(?m)^- Sure: (documented|measured|reported|assumed)[.,]`)
	code := regexp.MustCompile("(?m)^- Code: ((?:`[^`]+`(?:, )?)+)\\.$")
	index := read(t, filepath.Join(root, "docs", "aws", "README.md"))
	for page, facts := range factPages(t, root) {
		if !strings.Contains(index, "]("+path.Base(page)+")") {
			t.Errorf("docs/aws/README.md does not list %s", page)
		}
		if len(facts) == 0 {
			t.Errorf("%s has no facts", page)
		}
		for heading, text := range facts {
			if !strings.Contains(text, "\n- Source: ") || !sure.MatchString(text) {
				t.Errorf("%s, %q: no source, or not one of the four grades", page, heading)
			}
			m := code.FindStringSubmatch(text)
			if m == nil {
				t.Errorf("%s, %q: no packages", page, heading)
				continue
			}
			for pkg := range strings.SplitSeq(m[1], ", ") {
				if s, err := os.Stat(filepath.Join(root, strings.Trim(pkg, "`"))); err != nil || !s.IsDir() {
					t.Errorf("%s, %q: there is no package %s", page, heading, pkg)
				}
			}
		}
	}
}

func TestHeadings(t *testing.T) {
	const text = "# A page\n```\n# no heading\n```\n## Lambda's failures\n### `Index` back-pressure\n## 2.1, at last\n## 2.1, at last\n"
	want := []string{"a-page", "lambdas-failures", "index-back-pressure", "21-at-last", "21-at-last-1"}
	if got := headings(text); !slices.Equal(got, want) {
		t.Errorf("headings(%q) = %q, want %q", text, got, want)
	}
}

// factPages returns the sections of each page of docs/aws by their headings.
func factPages(t *testing.T, root string) map[string]map[string]string {
	t.Helper()
	pages := map[string]map[string]string{}
	files, err := filepath.Glob(filepath.Join(root, "docs", "aws", "*.md"))
	if err != nil || len(files) < 2 {
		t.Fatalf("docs/aws has pages %q (%v)", files, err)
	}
	for _, file := range files {
		if filepath.Base(file) == "README.md" {
			continue
		}
		facts := map[string]string{}
		for _, section := range strings.Split(read(t, file), "\n## ")[1:] {
			heading, text, _ := strings.Cut(section, "\n")
			facts[heading] = text
		}
		pages["docs/aws/"+filepath.Base(file)] = facts
	}
	return pages
}

// citations returns those of all Go comments and Markdown pages of the
// repository.
func citations(t *testing.T, root string) []citation {
	t.Helper()
	var all []citation
	add := func(file, target string) {
		page, anchor, _ := strings.Cut(target, "#")
		all = append(all, citation{file, page, anchor})
	}
	eachText(t, root, func(file, text string) {
		for _, target := range citedInText.FindAllString(text, -1) {
			// A page may name a page of another repository, without an anchor.
			if strings.HasSuffix(file, ".go") || strings.Contains(target, "#") {
				add(file, target)
			}
		}
		if !strings.HasSuffix(file, ".md") {
			return
		}
		for _, m := range citedByLink.FindAllStringSubmatch(text, -1) {
			page, anchor, _ := strings.Cut(m[1], "#")
			switch {
			case strings.Contains(page, "://"):
				continue
			case page == "":
				page = file
			default:
				page = path.Join(path.Dir(file), page)
			}
			if strings.HasSuffix(page, ".md") {
				add(file, page+"#"+anchor)
			}
		}
	})
	return all
}

// eachText calls f with the comments of every Go file, and with every Markdown
// page, by their paths below root.
func eachText(t *testing.T, root string, f func(file, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() {
			if name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		switch rel = filepath.ToSlash(rel); path.Ext(rel) {
		case ".md":
			f(rel, read(t, p))
		case ".go":
			f(rel, comments(t, p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// comments returns the comments of a Go file as running text.
func comments(t *testing.T, file string) string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, group := range parsed.Comments {
		b.WriteString(strings.Join(strings.Fields(group.Text()), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// headings returns the anchors that GitHub gives the headings of a page.
func headings(text string) []string {
	var all []string
	seen := map[string]int{}
	fenced := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		title := strings.TrimLeft(line, "#")
		if fenced || title == line || !strings.HasPrefix(title, " ") {
			continue
		}
		anchor := slug(strings.TrimSpace(title))
		n := seen[anchor]
		seen[anchor]++
		if n > 0 {
			anchor += "-" + strconv.Itoa(n)
		}
		all = append(all, anchor)
	}
	return all
}

// slug returns the anchor of a heading: lower case, blanks as hyphens, other
// punctuation dropped.
func slug(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		default:
			return -1
		}
	}, title)
}

func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
