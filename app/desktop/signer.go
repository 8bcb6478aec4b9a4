package desktop

import (
	"context"
	"errors"
	"sync"
	"time"

	"khonggiay/app/api"
	"khonggiay/signing/pkcs11"
)

// signer implements api.Signing: it signs with the keys of this machine, those
// in tokens and, for trials, those in files (signkeys.go). A person enters his
// PIN once for all that he was shown (signorder.go). What is signed goes from
// the store of contents, through memory, into the store of contents: the disk
// sees no plaintext (signfile.go).
//
// The signature is in the store before its command, and the command in the
// database before it is answered. A kill in between leaves a segment that
// nothing names, which the next sweep takes; nothing is signed again by itself.
//
// Proved by TestSignOffline, TestSignBatch, TestSignStopped and TestSignKeys.
type signer struct {
	*App

	turn sync.Mutex // held for one order: a token knows one login, and a person one question

	mu       sync.Mutex     // guards what follows
	tokens   *pkcs11.Tokens // nil until a screen first asks
	closed   bool
	asked    time.Time // when a screen last asked what can sign
	watching bool
	watches  sync.WaitGroup     // begun before closed alone
	read     map[string]keyFile // by path, as they were last read

	remote   providerKeys // keys at providers
	requests requests     // to providers
}

const (
	// listFor is how long a list of keys waits for libraries at most; one that
	// takes longer is told of as hanging.
	listFor = 15 * time.Second
	// watchEvery is how often it is looked whether a token came or went.
	watchEvery = 2 * time.Second
	// watchFor is for how long after a screen has asked. Libraries of tokens are
	// foreign code, and are left alone while nobody signs.
	watchFor = time.Minute
	// closeFor is how long the end of the program waits for libraries.
	closeFor = 5 * time.Second
)

var errEnding = errors.New("the program is ending")

// open loads the libraries when they are first needed.
func (s *signer) open() (*pkcs11.Tokens, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errEnding
	}
	if s.tokens == nil {
		s.tokens = pkcs11.Open(pkcs11.Libraries(s.cfg.TokenLibraries))
	}
	return s.tokens, nil
}

// close logs out of all tokens. A library that hangs keeps the program no longer
// than closeFor: the end of the process ends its thread.
func (s *signer) close() error {
	s.mu.Lock()
	tokens := s.tokens
	s.tokens, s.closed = nil, true
	s.mu.Unlock()
	s.watches.Wait() // the program's context has ended
	if tokens == nil {
		return nil
	}
	done := make(chan error, 1)
	go func() { done <- tokens.Close() }() // ends with the library
	select {
	case err := <-done:
		return err
	case <-time.After(closeFor):
		s.log.Warn("a library of tokens hangs at the end")
		return nil
	}
}

// watch tells the screens of tokens that come and go, for a while after one has
// asked.
func (s *signer) watch(tokens *pkcs11.Tokens) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = time.Now()
	if s.watching || s.closed {
		return
	}
	s.watching = true
	s.watches.Go(func() {
		ticks, stop := make(chan time.Time), make(chan struct{})
		var ticking sync.WaitGroup
		ticking.Go(func() { s.tick(ticks, stop) })
		// The first look is told of, too: something may have come since the screen asked.
		tokens.Watch(s.ctx, ticks, func(pkcs11.Listing) { s.events.Publish(api.Event{Entity: "signing"}, nil) })
		close(stop)
		ticking.Wait()
	})
}

// tick passes ticks on until no screen has asked for a while.
func (s *signer) tick(ticks chan<- time.Time, stop <-chan struct{}) {
	every := s.cfg.tokenEvery
	if every == 0 {
		every = watchEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	defer close(ticks)
	for {
		select {
		case now := <-ticker.C:
			if s.rests(now) {
				return
			}
			select {
			case ticks <- now:
			case <-stop:
				return
			}
		case <-stop:
			return
		}
	}
}

// rests ends the watching when it is not needed any more.
func (s *signer) rests(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.asked) < watchFor {
		return false
	}
	s.watching = false
	return true
}

// list reads what is plugged in. Some libraries see a token that came later only
// when they are started anew: that is done when somebody asks for it, and when
// nobody has looked for a while.
func (s *signer) list(ctx context.Context, anew bool) (pkcs11.Listing, error) {
	s.mu.Lock()
	anew = s.tokens != nil && (anew || !s.watching)
	s.mu.Unlock()
	tokens, err := s.open()
	if err != nil {
		return pkcs11.Listing{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, listFor)
	defer cancel()
	if anew {
		if err := tokens.Reload(ctx); err != nil { // also when somebody signs just now
			s.log.Info("starting the libraries of tokens anew", "err", err)
		}
	}
	found := tokens.List(ctx)
	s.watch(tokens)
	return found, nil
}
