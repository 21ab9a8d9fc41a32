package io.nearside.store.remote;

import io.nearside.store.RecordingObserver;
import io.nearside.store.Store;
import org.junit.jupiter.api.Tag;

@Tag("any-jdk")
class RemoteAwayTest extends AwayContract {
  private RemoteBed here;
  private RemoteBed there;

  @Override
  void open() {
    here = new RemoteBed(redis.settings());
    there = RemoteBed.connected(redis);
    here.awaitConnection();
    store = another(options);
    other = there.store(options, Integer.class, String.class, new RecordingObserver<>());
  }

  @Override
  void close() {
    here.close();
    there.close();
  }

  @Override
  Store<Integer, String> another(RemoteBed.Options of) {
    return here.store(of, Integer.class, String.class, new RecordingObserver<>());
  }

  @Override
  RemoteStore<Integer, String> remote() {
    return (RemoteStore<Integer, String>) store;
  }
}
