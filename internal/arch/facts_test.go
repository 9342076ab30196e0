package arch_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The code stands on every fact: a comment, or a page other than those of
// docs/aws, cites it.
func TestFactsAreCited(t *testing.T) {
	root := repository(t)
	cited := map[string]bool{}
	for _, c := range citations(t, root) {
		if !strings.HasPrefix(c.file, "docs/aws/") {
			cited[c.page+"#"+c.anchor] = true
		}
	}
	for page, facts := range factPages(t, root) {
		for heading := range facts {
			if fact := page + "#" + slug(heading); !cited[fact] {
				t.Errorf("nothing cites %s", fact)
			}
		}
	}
}

// Comments cite what a reader of the repository can open.
func TestCommentsCiteWhatReadersHave(t *testing.T) {
	elsewhere := regexp.MustCompile(`\b[Ff]acts (?:[\w-]+\.md|\d)|"Known unknowns"|\blaw book\b`)
	eachText(t, repository(t), func(file, text string) {
		if filepath.Ext(file) != ".go" {
			return
		}
		for _, found := range elsewhere.FindAllString(text, -1) {
			t.Errorf("%s cites %q, which readers do not have: cite a page of docs/aws", file, found)
		}
	})
}
