package template_test

import (
	"testing"

	"lullaby/template"
)

func TestConditionErrors(t *testing.T) {
	tests := []struct{ name, conditions, want string }{
		{"cycle", "  C: !Not [!Condition D]\n  D: !Not [!Condition C]\n", "3: condition C refers to itself"},
		{"unknown", "  C: !Not [!Condition D]\n", `2: there is no condition "D"`},
		{"value", "  C: true\n", "2: a condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition"},
		{"resource", "  C: !Equals [!Ref A, a]\n", `2: condition C refers to "A", which is not a parameter`},
		{"one", "  C: !And [!Equals [a, a]]\n", "2: Fn::And takes a list of 2 to 10 conditions"},
		{"three", "  C: !Equals [a, a, a]\n", "2: Fn::Equals takes a list of 2"},
		{"list", "  C: !Equals [a, [b]]\n", "2: a value of Fn::Equals must be a single value, not a list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, "Conditions:\n"+tt.conditions+"Resources:\n  A: {Type: AWS::IAM::Role, Condition: C}\n", template.Options{})
			if want := "template.yaml:" + tt.want; err == nil || err.Error() != want {
				t.Errorf("Load:\n got %v\nwant %s", err, want)
			}
		})
	}
}

// A resource whose condition is false is not in the stack, and neither is the
// implicit API of its events nor an output on the same condition.
func TestConditionalResource(t *testing.T) {
	text := "Parameters: {Env: {Type: String, Default: dev}}\nConditions: {IsProd: !Equals [!Ref Env, prod]}\n" +
		samHead + fn + "      Events:\n" + route("E", "get", "/") + "    Condition: IsProd\n" +
		"Outputs: {Name: {Value: !Ref F, Condition: IsProd}}\n"
	tests := []struct {
		env  string
		want int
	}{{"dev", 0}, {"prod", 1}}
	for _, tt := range tests {
		tmpl := mustLoad(t, text, template.Options{Parameters: map[string]string{"Env": tt.env}})
		if f, a, o := len(tmpl.Functions), len(tmpl.APIs), len(tmpl.Outputs); f != tt.want || a != tt.want || o != tt.want {
			t.Errorf("%s: %d functions, %d APIs, %d outputs, want %d of each", tt.env, f, a, o, tt.want)
		}
	}
}
