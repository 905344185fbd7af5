from .certificate import Certificate, CertificateHolder, Revocation, RevocationReason

__all__ = ["Certificate", "CertificateHolder", "Revocation", "RevocationReason"]
