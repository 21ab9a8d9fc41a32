package io.nearside.store.remote;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusted certificates from a PEM file or a key store without password, read again when a
 * connection is made and they are old. What can't be read then leaves the former in force.
 */
final class TrustFile extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);

  private final URI location;
  private final long reloadNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile X509ExtendedTrustManager current;
  private volatile long readNanos;

  private TrustFile(String location, @Nullable Duration reload) {
    this.location = URI.create(location);
    this.reloadNanos = reload == null ? Long.MAX_VALUE : reload.toNanos();
    this.readNanos = now();
    try {
      this.current = read();
    } catch (IOException | GeneralSecurityException e) {
      throw new CacheException(
          "remote.tls.trust: " + location + " is neither PEM nor a key store: " + e.getMessage(),
          e);
    }
  }

  /**
   * @param reload how old they may get; null: they are read once
   * @throws CacheException if there is nothing to trust
   */
  static TrustManagerFactory factory(String location, @Nullable Duration reload) {
    TrustFile file = new TrustFile(location, reload);
    return new SimpleTrustManagerFactory() {
      @Override
      protected void engineInit(@Nullable KeyStore keyStore) {}

      @Override
      protected void engineInit(ManagerFactoryParameters parameters) {}

      @Override
      protected TrustManager[] engineGetTrustManagers() {
        return new TrustManager[] {file};
      }
    };
  }

  private static long now() {
    return io.nearside.store.Clock.system().nanos();
  }

  private X509ExtendedTrustManager read() throws IOException, GeneralSecurityException {
    byte[] bytes;
    try (InputStream in = new BufferedInputStream(location.toURL().openStream())) {
      bytes = in.readAllBytes();
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(isPem(bytes) ? fromPem(bytes) : fromKeyStore(bytes));
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager found && hasIssuers(found)) {
        return found;
      }
    }
    throw new CertificateException("it holds no certificate");
  }

  private static boolean hasIssuers(X509ExtendedTrustManager manager) {
    return manager.getAcceptedIssuers().length > 0;
  }

  private static boolean isPem(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----");
  }

  private static KeyStore fromPem(byte[] bytes) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes))) {
      store.setCertificateEntry("trusted-" + number++, certificate);
    }
    return store;
  }

  private static KeyStore fromKeyStore(byte[] bytes) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(new ByteArrayInputStream(bytes), null);
    return store;
  }

  private X509ExtendedTrustManager fresh() {
    if (now() - readNanos > reloadNanos && lock.tryLock()) {
      try {
        readNanos = now();
        current = read();
      } catch (IOException | GeneralSecurityException e) {
        LOG.warn(
            "remote.tls.trust: {} can't be read again, the former stays in force until it can; mend"
                + " it: {}",
            location,
            e.getMessage());
      } finally {
        lock.unlock();
      }
    }
    return current;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    fresh().checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    fresh().checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    fresh().checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("only servers are trusted here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("only servers are trusted here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("only servers are trusted here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return current.getAcceptedIssuers();
  }
}
