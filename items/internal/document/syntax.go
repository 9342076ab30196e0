package document

import (
	"encoding/json"
	"errors"
	"fmt"
)

// checkSyntax refuses text that is not one JSON value, before any value is built
// from it. Its offsets are exact; those of json.Decoder are not.
func checkSyntax(body []byte) error {
	err := json.Unmarshal(body, new(json.RawMessage))
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("body is not valid JSON: %w, before offset %d", err, syntax.Offset)
	}
	return err
}
