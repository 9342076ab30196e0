package template

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strings"
)

// maxName is the length of a name that CloudFormation generates, in characters,
// for a type without a shorter bound.
const maxName = 255

// suffixLength is the length of the random end of such a name.
const suffixLength = 12

// physicalName generates a name, <stack>-<id>-<12 characters>, of at most limit
// characters. The end is a hash of stack and id, where CloudFormation's is
// random: the name must be the same at every start, since data is stored under
// it.
func (s stack) physicalName(id string, limit int) string {
	stackPart, idPart := s.name, id
	room := limit - suffixLength - 2 // two hyphens
	if half := room / 2; len(stackPart)+len(idPart) > room {
		keep := max(half, room-len(idPart))
		stackPart = stackPart[:min(len(stackPart), keep)]
		idPart = idPart[:min(len(idPart), room-len(stackPart))]
	}
	return stackPart + "-" + idPart + "-" + s.token(suffixLength, "name", id)
}

// token generates length characters, A..Z and 2..7, at most 51, from the
// stack's name and of.
func (s stack) token(length int, of ...string) string {
	sum := sha256.Sum256([]byte(s.name + "\x00" + strings.Join(of, "\x00")))
	return base32.StdEncoding.EncodeToString(sum[:])[:length]
}

// apiID generates an identifier of API Gateway in lower case, of apiIDLength or
// resourceIDLength.
func (s stack) apiID(length int, of ...string) string { return strings.ToLower(s.token(length, of...)) }

// id returns the stack's ARN.
func (s stack) id() string {
	return s.scope.ARN("cloudformation", "stack/"+s.name+"/"+s.uuid())
}

// uuid returns the form of a UUID, which is random on AWS: here a hash of the
// stack's name and of.
func (s stack) uuid(of ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{s.name}, of...), "\x00")))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// stackNames matches valid names of stacks ("CreateStack").
var stackNames = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// stackNameFor returns a stack name made from the template's directory, or from
// the project's for the output of sam build and serverless package. For a
// template of cdk synth it is made from the file's name, which is the stack's.
func stackNameFor(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	dir := filepath.ToSlash(filepath.Dir(abs))
	dir = strings.TrimSuffix(strings.TrimSuffix(dir, "/.aws-sam/build"), "/.serverless")

	of := filepath.Base(dir)
	if stack, isCDK := strings.CutSuffix(filepath.Base(abs), ".template.json"); isCDK {
		of = stack
	}
	name := strings.Trim(notInName.ReplaceAllString(of, "-"), "-")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = strings.TrimSuffix("stack-"+name, "-")
	}
	return name[:min(len(name), 128)], nil
}

var notInName = regexp.MustCompile(`[^a-zA-Z0-9]+`)
