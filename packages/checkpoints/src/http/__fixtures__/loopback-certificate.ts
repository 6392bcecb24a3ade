// An untrusted certificate for test servers on loopback, created by
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=127.0.0.1
//   -addext subjectAltName=IP:127.0.0.1
export const loopbackCertificate: { key: string; cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgH6s9jlaiqbW5j1Bu
rqDA2DGnwvzudTzIH8pHKuwKlCShRANCAATdorwuQtEdEREDhuG/C3agVc0qm1t3
ceCoRFs1AaCJznN92RWrIvhbg7Kz4txRoTzI5I4DQI/Y70TcfDTaEwXG
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUHcdXVugEfZqPAvFTUh8VrM2f5aIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyODIxNDIzMVoYDzIxMjYxMTA0
MjE0MjMxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATdorwuQtEdEREDhuG/C3agVc0qm1t3ceCoRFs1AaCJznN92RWrIvhb
g7Kz4txRoTzI5I4DQI/Y70TcfDTaEwXGo2QwYjAdBgNVHQ4EFgQUb6OGK0lU/Yku
N2AO5uGEtU0pp8swHwYDVR0jBBgwFoAUb6OGK0lU/YkuN2AO5uGEtU0pp8swDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IDdQO02sQ0rBNpVm18u+ocwlRkPH+S2Cf1Ig46Akhnr/AiEArMrpBr37fkMvOn3k
zxTSWtkGylU8vBUVIvzPLDAo288=
-----END CERTIFICATE-----`,
};
