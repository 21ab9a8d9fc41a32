package io.nearside.samples.quickstart;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.rmi.NoSuchObjectException;
import java.rmi.RemoteException;
import java.rmi.server.UnicastRemoteObject;

/** Calls between JVMs of this machine, and of no other. */
final class Loopback {
  private static final int ANY_PORT = 0;
  private static final int BACKLOG = 50;

  static {
    System.setProperty("java.rmi.server.hostname", "127.0.0.1");
  }

  private Loopback() {}

  /** Lets other JVMs call an object; wherever it is sent to, what arrives calls it. */
  static java.rmi.Remote export(java.rmi.Remote object) throws RemoteException {
    return UnicastRemoteObject.exportObject(
        object,
        ANY_PORT,
        null,
        port -> new ServerSocket(port, BACKLOG, InetAddress.getByName("127.0.0.1")));
  }

  /** Lets nobody call it any more. */
  static void retract(java.rmi.Remote object) {
    try {
      UnicastRemoteObject.unexportObject(object, true);
    } catch (NoSuchObjectException e) {
      // It never could be called.
    }
  }
}
