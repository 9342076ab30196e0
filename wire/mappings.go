package wire

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"lullaby/instant"
	"lullaby/internal/awsjson"
	"lullaby/lambda/mapping"
)

// mappings adds the operations of event source mappings, which are Lambda's. Those
// that begin a change answer 202.
func mappings(to map[string]operation, api mapping.API) {
	const all, one = "/2015-03-31/event-source-mappings", "/2015-03-31/event-source-mappings/{UUID}"
	list := func(ctx context.Context, now instant.Instant, in *listMappingsInput) (*mapping.ListEventSourceMappingsOutput, error) {
		return api.ListEventSourceMappings(ctx, now, (*mapping.ListEventSourceMappingsInput)(in))
	}
	get := func(ctx context.Context, now instant.Instant, in *getMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
		return api.GetEventSourceMapping(ctx, now, (*mapping.GetEventSourceMappingInput)(in))
	}
	update := func(ctx context.Context, now instant.Instant, in *updateMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
		return api.UpdateEventSourceMapping(ctx, now, (*mapping.UpdateEventSourceMappingInput)(in))
	}
	remove := func(ctx context.Context, now instant.Instant, in *getMappingInput) (*mapping.EventSourceMappingConfiguration, error) {
		return api.DeleteEventSourceMapping(ctx, now, (*mapping.DeleteEventSourceMappingInput)(in))
	}
	to["CreateEventSourceMapping"] = method(api.CreateEventSourceMapping).at("POST " + all).answering(http.StatusAccepted)
	to["ListEventSourceMappings"] = method(list).at("GET " + all)
	to["GetEventSourceMapping"] = method(get).at("GET " + one)
	to["UpdateEventSourceMapping"] = method(update).at("PUT " + one).answering(http.StatusAccepted)
	to["DeleteEventSourceMapping"] = method(remove).at("DELETE " + one).answering(http.StatusAccepted)
}

// A getMappingInput is bound to the path. It is that of a deletion too.
type getMappingInput mapping.GetEventSourceMappingInput

func (in *getMappingInput) bind(r *request, _ []byte) error { //nolint:unparam // of boundInput
	in.UUID = r.label("UUID")
	return nil
}

// An updateMappingInput is bound to the path and the body.
type updateMappingInput mapping.UpdateEventSourceMappingInput

func (in *updateMappingInput) bind(r *request, body []byte) error {
	in.UUID = r.label("UUID")
	if len(body) == 0 {
		return nil
	}
	return awsjson.Unmarshal(body, (*mapping.UpdateEventSourceMappingInput)(in))
}

// A listMappingsInput is bound to the query. An empty parameter is none.
type listMappingsInput mapping.ListEventSourceMappingsInput

func (in *listMappingsInput) bind(r *request, _ []byte) error {
	text := func(name string) *string {
		if value := r.query(name); value != "" {
			return &value
		}
		return nil
	}
	in.EventSourceArn, in.FunctionName, in.Marker = text("EventSourceArn"), text("FunctionName"), text("Marker")
	if most := text("MaxItems"); most != nil {
		n, err := strconv.ParseInt(*most, 10, 32)
		if err != nil {
			return &awsjson.SerializationError{Message: "STRING_VALUE cannot be converted to Integer"}
		}
		in.MaxItems = new(int32(n))
	}
	return nil
}

// refusedMapping matches refusals of mappings of a kind. The message's member has
// no capital (hashicorp/terraform-provider-aws#17933). Assumed: for all kinds.
func refusedMapping(kind error) match {
	return func(f *fault, err error) bool {
		r, ok := errors.AsType[*mapping.RefusalError](err)
		if !ok || !errors.Is(r, kind) {
			return false
		}
		f.message = r.Message
		if !errors.Is(r, mapping.ErrConstraint) { // of AWS's framework, not of Lambda
			f.members = []member{{"Type", "User"}}
		}
		return true
	}
}
