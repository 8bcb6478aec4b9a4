package cms

import "encoding/asn1"

type oid = asn1.ObjectIdentifier

// Content types and attributes, named as the standards name them.
var (
	// OIDData is id-data, the type of what PAdES and records sign.
	OIDData = oid{1, 2, 840, 113549, 1, 7, 1}
	// OIDTSTInfo is id-ct-TSTInfo, the type of what a time-stamp signs.
	OIDTSTInfo = oid{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	// OIDTimestamp is id-aa-signatureTimeStampToken.
	OIDTimestamp = oid{1, 2, 840, 113549, 1, 9, 16, 2, 14}
	// OIDRevocationInfo is adbe-revocationInfoArchival.
	OIDRevocationInfo = oid{1, 2, 840, 113583, 1, 1, 8}

	oidSignedData  = oid{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = oid{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = oid{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime = oid{1, 2, 840, 113549, 1, 9, 5}
	oidAlgorithms  = oid{1, 2, 840, 113549, 1, 9, 52} // id-aa-CMSAlgorithmProtection
	oidESSCert     = oid{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidESSCertV2   = oid{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

// Algorithms of RFC 5754, RFC 4055 and RFC 5753.
var (
	oidMD5    = oid{1, 2, 840, 113549, 2, 5}
	oidSHA1   = oid{1, 3, 14, 3, 2, 26}
	oidSHA256 = oid{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA384 = oid{2, 16, 840, 1, 101, 3, 4, 2, 2}
	oidSHA512 = oid{2, 16, 840, 1, 101, 3, 4, 2, 3}

	oidRSA       = oid{1, 2, 840, 113549, 1, 1, 1}
	oidRSAMD5    = oid{1, 2, 840, 113549, 1, 1, 4}
	oidRSASHA1   = oid{1, 2, 840, 113549, 1, 1, 5}
	oidMGF1      = oid{1, 2, 840, 113549, 1, 1, 8}
	oidPSS       = oid{1, 2, 840, 113549, 1, 1, 10}
	oidRSASHA256 = oid{1, 2, 840, 113549, 1, 1, 11}
	oidRSASHA384 = oid{1, 2, 840, 113549, 1, 1, 12}
	oidRSASHA512 = oid{1, 2, 840, 113549, 1, 1, 13}

	oidECKey       = oid{1, 2, 840, 10045, 2, 1}
	oidECDSASHA1   = oid{1, 2, 840, 10045, 4, 1}
	oidECDSASHA256 = oid{1, 2, 840, 10045, 4, 3, 2}
	oidECDSASHA384 = oid{1, 2, 840, 10045, 4, 3, 3}
	oidECDSASHA512 = oid{1, 2, 840, 10045, 4, 3, 4}
)
