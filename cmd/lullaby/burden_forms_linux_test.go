package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// numbered returns a form of as many parameters as a body has room for; the nth is
// that of n.
func numbered(head string, parameter func(n int) string) string {
	var b strings.Builder
	b.WriteString(head)
	for n := 1; b.Len() < shapeSize-1_000; n++ {
		b.WriteByte('&')
		b.WriteString(parameter(n))
	}
	return b.String()
}

// A form takes no more of a machine than a body of JSON, whatever is in it and
// whatever numbers are in its names.
func TestNoFormTakesAMachine(t *testing.T) {
	unlessRaced(t)
	p := bareUp(t)
	const batch = "Action=SendMessageBatch"
	tests := map[string]string{
		"entries":        numbered(batch, func(n int) string { return fmt.Sprintf("SendMessageBatchRequestEntry.%d.Id=", n) }),
		"sparse entries": numbered(batch, func(n int) string { return fmt.Sprintf("SendMessageBatchRequestEntry.%d.Id=a", n*1_000_003) }),
		"one entry":      batch + "&SendMessageBatchRequestEntry.999999999.Id=a&SendMessageBatchRequestEntry.9223372036854775807.MessageBody=a",
		"attributes":     numbered("Action=SendMessage&MessageBody=a", func(n int) string { return fmt.Sprintf("MessageAttribute.%d.Name=%d", n, n) }),
		"nested": numbered(batch, func(n int) string {
			return fmt.Sprintf("SendMessageBatchRequestEntry.%d.MessageAttribute.%d.Value.StringListValue.%d=a", n, n, n)
		}),
		"tags":             numbered("Action=TagQueue", func(n int) string { return fmt.Sprintf("Tag.%d.Key=%d", n, n) }),
		"names":            numbered("Action=GetQueueAttributes", func(n int) string { return fmt.Sprintf("AttributeName.%d=All", n) }),
		"unknown":          numbered("Action=SendMessage&MessageBody=a", func(n int) string { return fmt.Sprintf("x%d=", n) }),
		"the same":         numbered("Action=SendMessage", func(int) string { return "MessageBody=a" }),
		"a message":        "Action=SendMessage&MessageBody=" + strings.Repeat("%41", shapeSize/3-100),
		"bad characters":   "Action=SendMessage&MessageBody=" + strings.Repeat("%01", shapeSize/3-100),
		"a handle":         "Action=DeleteMessage&ReceiptHandle=" + strings.Repeat("%3C", shapeSize/3-100),
		"a deep name":      "Action=SendMessage&MessageAttribute" + strings.Repeat(".1", shapeSize/2-100) + "=a",
		"an action":        "Action=" + strings.Repeat("a", shapeSize-100),
		"a late action":    strings.Repeat("&", shapeSize-100) + "Action=ListQueues",
		"no action":        strings.Repeat("a=&", shapeSize/3),
		"a policy":         "Action=SetQueueAttributes&Attribute.Name=Policy&Attribute.Value={\"Statement\":[" + strings.Repeat("{},", shapeSize/3-100) + "{}]}",
		"a deep policy":    "Action=SetQueueAttributes&Attribute.Name=Policy&Attribute.Value=" + strings.Repeat("[", shapeSize-100),
		"actions":          "Action=SetQueueAttributes&Attribute.Name=Policy&Attribute.Value={\"Statement\":{\"Action\":[" + strings.Repeat(`"",`, shapeSize/3-100) + `""]}}`,
		"principals":       "Action=SetQueueAttributes&Attribute.Name=Policy&Attribute.Value={\"Statement\":{\"Principal\":{\"AWS\":[" + strings.Repeat(`0,`, shapeSize/2-100) + `0]}}}`,
		"a redrive policy": "Action=SetQueueAttributes&Attribute.Name=RedrivePolicy&Attribute.Value={" + strings.Repeat(`"":0,`, shapeSize/5-100) + `"":0}`,
		"sources":          "Action=SetQueueAttributes&Attribute.Name=RedriveAllowPolicy&Attribute.Value={\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[" + strings.Repeat(`"",`, shapeSize/3-100) + `""]}`,
		"bad escapes":      "Action=SendMessage&MessageBody=" + strings.Repeat("%", shapeSize-100),
	}
	for name, form := range tests {
		t.Run(name, func(t *testing.T) {
			before := clock(t, p.PID())
			peak(t, p.PID())
			status, _, answer, err := try(t.Context(), "POST", p.AWS+"/123456789012/tab", form, "Content-Type:application/x-www-form-urlencoded")
			if err != nil {
				t.Fatal(err)
			}
			took, memory := clock(t, p.PID())-before, peak(t, p.PID())
			refused := status >= http.StatusBadRequest && status < http.StatusInternalServerError
			if memory > mostMemory || took > noise*mostTime || len(answer) > mostAnswer || status != http.StatusOK && !refused {
				t.Errorf("%d MB, %v, status %d, %d bytes: %.200s", memory>>20, took, status, len(answer), answer)
			}
		})
	}
}
