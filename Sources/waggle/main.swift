print("waggle")
