package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"lullaby/instant"
	"lullaby/internal/arn"
	"lullaby/pager"
	"lullaby/pager/outbox"
	"lullaby/pager/send"
)

type pageCommand struct {
	Test bool `required:"" help:"Send a page and its recovery through every receiver, once, and say what each answered. Whoever is on call is woken."`

	receiverFlags
}

// Run tries the receivers, all at the same time. It returns errBadNews if one of them did
// not take both pages.
func (c *pageCommand) Run(ctx context.Context) error {
	if len(c.Page) == 0 {
		return useError{errors.New("--page: none is given: want " + send.Forms)}
	}
	receivers, err := c.receivers()
	if err != nil {
		return err
	}
	trigger, recovery := pager.Trial("lullaby", arn.DefaultRegion, instant.Of(time.Now()))
	answers := make([][]outbox.Answer, len(receivers))
	var trying sync.WaitGroup
	for i, r := range receivers {
		trying.Go(func() {
			answers[i] = append(answers[i], r.Send(ctx, &trigger))
			if o := answers[i][0].Outcome; o == pager.Delivered || o == pager.Unknown { // it may be on
				answers[i] = append(answers[i], r.Send(ctx, &recovery))
			}
		})
	}
	trying.Wait()
	for i, r := range receivers {
		if !sayAnswers(os.Stdout, r.Name(), answers[i]) {
			err = errBadNews
		}
	}
	return err
}

// sayAnswers writes what a receiver answered to a page and its recovery, and reports
// whether it took both.
func sayAnswers(w io.Writer, name string, answers []outbox.Answer) bool {
	fmt.Fprintln(w, name)
	took := len(answers) == 2
	for i, a := range answers {
		what := "not delivered"
		switch a.Outcome {
		case pager.Delivered:
			what = "delivered"
		case pager.Unknown:
			what = "perhaps not delivered"
		case pager.Refused, pager.Failed:
		}
		took = took && a.Outcome == pager.Delivered
		fmt.Fprintf(w, "  %-8s  %s: %s\n", []string{"trigger", "recovery"}[i], what, a.Text)
	}
	if len(answers) == 1 {
		fmt.Fprintln(w, "  recovery  not sent")
	}
	return took
}
