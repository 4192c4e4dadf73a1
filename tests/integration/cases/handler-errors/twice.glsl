void twice() {
  uint x = y;
}
