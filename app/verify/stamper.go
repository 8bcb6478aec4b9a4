package verify

import (
	"context"
	"crypto"
	"crypto/rand"
	"math/big"

	"khonggiay/signing/cms"
	"khonggiay/signing/pades"
	"khonggiay/signing/trust"
)

// Stamper asks the servers of a client for tokens (RFC 3161), and takes one that
// answers the question and that its server has signed. Whether that server is
// trusted is not asked here.
func Stamper(client *trust.TSAClient) pades.Stamper {
	return func(ctx context.Context, h crypto.Hash, digest []byte) (token []byte, err error) {
		nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
		if err != nil {
			return nil, err
		}
		q := cms.Request{Hash: h, Digest: digest, Nonce: nonce, CertReq: true}
		request, err := q.Marshal()
		if err != nil {
			return nil, err
		}
		_, err = client.Timestamp(ctx, request, func(reply []byte) error {
			t, err := cms.ParseResponse(reply)
			if err != nil {
				return err
			}
			stamp, err := cms.ParseTimestamp(t, cms.Limits{})
			if err != nil {
				return err
			}
			if err := q.CheckAnswer(stamp); err != nil {
				return err
			}
			if _, err := stamp.Verify(digest); err != nil {
				return err
			}
			token = t
			return nil
		})
		return token, err
	}
}
