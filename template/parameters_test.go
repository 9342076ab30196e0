package template_test

import (
	"errors"
	"testing"

	"lullaby/template"
)

func TestParameters(t *testing.T) {
	tests := []struct{ name, declaration, given, want string }{
		{"default", "{Type: String, Default: a}", "", "a"},
		{"given", "{Type: String, Default: a}", "b", "b"},
		{"number as written", "{Type: Number, Default: 1.50}", "", "1.50"},
		{"allowed", "{Type: String, Default: a, AllowedValues: [a, b]}", "b", "b"},
		{"allowed number", "{Type: Number, Default: 1, AllowedValues: [1, 2]}", "2", "2"},
		{"pattern", "{Type: String, Default: ab, AllowedPattern: '[a-z]+'}", "", "ab"},
		{"length in characters", "{Type: String, Default: äöü, MinLength: 3, MaxLength: 3}", "", "äöü"},
		{"bounds", "{Type: Number, Default: 5, MinValue: 5, MaxValue: 5.0}", "", "5"},
		{"large", "{Type: Number, Default: 1e3, MinValue: 999.5}", "", "1e3"},
		{"SSM", "{Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}", "b", "b"},
		{"name type", "{Type: 'AWS::SSM::Parameter::Name', Default: x}", "", "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := template.Options{}
			if tt.given != "" {
				opts.Parameters = map[string]string{"P": tt.given}
			}
			tmpl := mustLoad(t, "Parameters:\n  P: "+tt.declaration+"\nResources: {A: {Type: AWS::IAM::Role}}\nOutputs: {O: {Value: !Ref P}}\n", opts)
			if got := tmpl.Outputs[0].Value; got != tt.want {
				t.Errorf("P = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParameterErrors(t *testing.T) {
	tests := []struct{ name, declaration, given, want string }{
		{"no type", "{Default: a}", "", "2: parameter P: Type is missing"},
		{"shape", "x", "", "2: parameter P must be a mapping, not a single value"},
		{"unknown type", "{Type: Boolean, Default: a}", "", `2: parameter P: there is no parameter type "Boolean"`},
		{"no value", "{Type: String}", "", "2: parameter P has no default and no value: --parameter P=..."},
		{"function", "{Type: String, Default: !Ref AWS::Region}", "", "2: parameter P: a parameter takes no functions"},
		{"default shape", "{Type: String, Default: [a]}", "", "2: parameter P: Default must be a single value, not a list"},
		{"not allowed", "{Type: String, Default: a, AllowedValues: [b, c]}", "", `2: parameter P: "a" is not one of the allowed values, b, c`},
		{"given not allowed", "{Type: String, Default: b, AllowedValues: [b]}", "c", `2: parameter P: "c" is not one of the allowed values, b`},
		{"not a number", "{Type: Number, Default: x}", "", `2: parameter P: "x" is not a number`},
		{"infinity", "{Type: Number, Default: Inf}", "", `2: parameter P: "Inf" is not a number`},
		{"too small", "{Type: Number, Default: 4, MinValue: 5}", "", `2: parameter P: "4" is less than 5`},
		{"too big", "{Type: Number, Default: 5.1, MaxValue: 5}", "", `2: parameter P: "5.1" is more than 5`},
		{"bound", "{Type: Number, Default: 5, MaxValue: x}", "", `2: parameter P: MaxValue must be a number, not "x"`},
		{"too short", "{Type: String, Default: a, MinLength: 2}", "", `2: parameter P: "a" is shorter than 2 characters`},
		{"too long", "{Type: String, Default: abc, MaxLength: 2}", "", `2: parameter P: "abc" is longer than 2 characters`},
		{"pattern", "{Type: String, Default: a1, AllowedPattern: '[a-z]+'}", "", `2: parameter P: "a1" does not match the pattern [a-z]+`},
		{"explained", "{Type: String, Default: a1, AllowedPattern: '[a-z]+', ConstraintDescription: only letters}", "", `2: parameter P: "a1" does not match the pattern [a-z]+ (only letters)`},
		{"item of a list", "{Type: List<Number>, Default: '1, x'}", "", `2: parameter P: "x" is not a number`},
		{"SSM", "{Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}", "", `5: parameter P is in SSM: --parameter P=...`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := template.Options{}
			if tt.given != "" {
				opts.Parameters = map[string]string{"P": tt.given}
			}
			text := "Parameters:\n  P: " + tt.declaration + "\nResources:\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: r}}\n" +
				"  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref P}}\n"
			_, err := load(t, text, opts)
			var broken *template.Error
			if want := "template.yaml:" + tt.want; !errors.As(err, &broken) || err.Error() != want {
				t.Errorf("Load:\n got %v\nwant %s", err, want)
			}
		})
	}
}
